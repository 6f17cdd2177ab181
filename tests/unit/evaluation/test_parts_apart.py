"""What is tuned on and what is tested are apart, for whoever gives both the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from matinee.data import Dataset, Exam
from matinee.evaluation import evaluate
from matinee.evaluation.tuning import tune
from matinee.models.sources.popular import Popular
from matinee.parts import EvaluationProtocol, load, names
from matinee.testing.checkerboard import rated

DATA = rated(seed=8, profiles=150, titles=60)


@dataclass
class Overheard:
    """A protocol that remembers what it was asked to cut, and how."""

    inner: EvaluationProtocol
    parts: dict[str, tuple[Exam, ...]] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        return self.inner.headline

    @property
    def positives(self) -> str:
        return self.inner.positives

    def cut(self, data: Dataset, *, part: str, rng: np.random.Generator) -> tuple[Exam, ...]:
        self.parts[part] = self.inner.cut(data, part=part, rng=rng)
        return self.parts[part]


@pytest.mark.parametrize("name", names("protocol"))
def test_settings_are_searched_on_nothing_that_the_test_asks(name: str) -> None:
    overheard = Overheard(load("protocol", name)())
    tune(DATA, name, overheard, ["random"], trials=1, seed=3, source="drawn")
    evaluate(DATA, name, overheard, {"popular": Popular()}, seed=3, source="drawn")
    asked = {
        (int(profile), title)
        for exam in overheard.parts["test"]
        for profile, wanted in zip(exam.profiles, exam.wanted, strict=True)
        for title in wanted.tolist()
    }
    assert asked
    for exam in overheard.parts["validation"]:
        for profile, wanted in zip(exam.profiles, exam.wanted, strict=True):
            assert not asked & {(int(profile), title) for title in wanted.tolist()}
        for profile, title in asked:
            assert title not in exam.fit.histories[profile].titles
