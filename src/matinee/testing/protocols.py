"""The contract of every evaluation protocol: what is asked is nowhere given away.

class TestMine(ProtocolContract):
    name = "mine"
    protocol = Mine(held_out=10)
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import ClassVar, Literal

import numpy as np
import pytest

from matinee.data import Exam
from matinee.evaluation import overlaps
from matinee.evaluation.measuring import Yardstick
from matinee.parts import EvaluationProtocol, load
from matinee.testing.checkerboard import dataset_of, rated

__all__ = ["ProtocolContract"]


def _pairs(exams: Sequence[Exam]) -> set[tuple[int, int]]:
    """Return which profile wants which title."""
    return {
        (int(profile), title)
        for exam in exams
        for profile, wanted in zip(exam.profiles, exam.wanted, strict=True)
        for title in wanted.tolist()
    }


class ProtocolContract:
    """What every protocol promises. The `protocol` and its registered `name` are yours."""

    name: ClassVar[str]
    protocol: ClassVar[EvaluationProtocol]

    def cut(self, part: Literal["test", "validation"], *, seed: int = 0) -> tuple[Exam, ...]:
        """Cut the ratings of 60 drawn profiles."""
        return self.protocol.cut(rated(seed=1), part=part, rng=np.random.default_rng(seed))

    def test_it_is_registered_and_every_setting_has_a_default(self) -> None:
        assert load("protocol", self.name) is type(self.protocol)
        for field in fields(self.protocol):  # type: ignore[arg-type]  # protocols are dataclasses
            assert field.default is not MISSING or field.default_factory is not MISSING, field.name

    def test_its_headline_is_a_metric(self) -> None:
        assert self.protocol.headline in Yardstick.usual().metrics

    @pytest.mark.parametrize("part", ["test", "validation"])
    def test_somebody_is_asked_and_wants_something(
        self, part: Literal["test", "validation"]
    ) -> None:
        exams = self.cut(part)
        assert sum(len(exam) for exam in exams) > 0
        assert any(exam.counted.any() for exam in exams)
        for exam in exams:
            sizes = {len(exam.wanted), len(exam.profiles), len(exam.stages), len(exam.counted)}
            assert sizes == {len(exam)}
            for wanted in exam.wanted:
                assert wanted.dtype == np.int32
                assert len(wanted) > 0
                assert (np.diff(wanted) > 0).all()

    @pytest.mark.parametrize("part", ["test", "validation"])
    def test_nothing_that_is_asked_is_given_away(self, part: Literal["test", "validation"]) -> None:
        for exam in self.cut(part):
            assert set(overlaps(exam).values()) == {0}

    def test_the_validation_knows_nothing_of_what_the_test_asks(self) -> None:
        asked = _pairs(self.cut("test"))
        validation = self.cut("validation")
        assert not asked & _pairs(validation)
        for exam in validation:
            for profile, title in asked:
                assert title not in exam.fit.histories[profile].titles

    @pytest.mark.parametrize("part", ["test", "validation"])
    def test_the_same_seed_gives_the_same_cut(self, part: Literal["test", "validation"]) -> None:
        first, again = self.cut(part, seed=3), self.cut(part, seed=3)
        assert [exam.fit.fingerprint for exam in first] == [exam.fit.fingerprint for exam in again]
        for one, other in zip(first, again, strict=True):
            assert one.stages == other.stages
            for mine, same in zip(one.wanted, other.wanted, strict=True):
                np.testing.assert_array_equal(mine, same)

    def test_data_that_are_too_few_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"the data have|no ratings"):
            self.protocol.cut(dataset_of([], titles=3), part="test", rng=np.random.default_rng(0))
