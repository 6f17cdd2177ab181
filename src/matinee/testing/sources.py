"""The contract of every source: subclass it, name the recipe, and pytest does the rest.

class TestMine(SourceContract):
    name = "mine"
    recipe = Mine(strength=0.5)
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import ClassVar

import numpy as np
import pytest

from matinee.data.frozen import fitted_class, pack, unpack
from matinee.parts import Forgetful, Recipe, Source, load
from matinee.testing.checkerboard import (
    catalogue_of,
    checkerboard,
    dataset_of,
    history_of,
    request_of,
)
from matinee.types import History, Request, Scores

__all__ = ["SourceContract"]

_TITLES = 40
_LIKED = 38  # the last two titles are liked by nobody, so that a source may not know them


def _histories(seed: int, count: int) -> list[History]:
    """Draw histories of 0 to 15 titles, popular ones more often, with all kinds of weights."""
    rng = np.random.default_rng(seed)
    likely = np.linspace(2, 1, _TITLES)
    return [
        history_of(
            np.sort(
                rng.choice(_TITLES, rng.integers(16), replace=False, p=likely / likely.sum())
            ).tolist(),
            days=float(rng.integers(400)),
        )
        for _ in range(count)
    ]


def _weighted(history: History, seed: int) -> History:
    weights = np.random.default_rng(seed).choice([-1.0, 0.0, 0.5, 1.5, 2.8], len(history))
    return replace(history, weights=weights.astype(np.float32))


def _order(scores: Scores) -> list[list[int]]:
    """Return the titles of each request, best first; ties by row."""
    return [np.lexsort((np.arange(len(row)), -row)).tolist() for row in scores]


def _sides(fitted: Source) -> set[int]:
    """Return the lengths of all sides of all arrays that would be saved."""
    return {side for array in pack(fitted)[0].values() for side in array.shape}


class SourceContract:
    """What every source promises. `recipe` and the `name` it is registered under are yours."""

    name: ClassVar[str]
    recipe: ClassVar[Recipe[Source]]
    personal: ClassVar[bool] = True
    """Whether the history decides; False for popularity and its like."""
    knows_new: ClassVar[bool] = False
    """Whether a title that came after the fit gets a finite score."""
    additive: ClassVar[bool] = True
    """Whether a cause is just what deletion takes away; False where likes hang together."""
    heeds_dislikes: ClassVar[bool] = False
    """Whether dislikes lower scores; elsewhere they say nothing at all."""
    described: ClassVar[bool] = False
    """Whether the titles have genres, two camps of them, and the source reads these."""
    profiles: ClassVar[int] = 60
    """How many profiles the drawn data have."""

    @pytest.fixture(scope="class")
    @classmethod
    def fitted(cls) -> Source:
        """The recipe fitted on drawn profiles and 40 titles, two of them liked by nobody."""
        return cls._fit(_histories(seed=1, count=cls.profiles))

    @pytest.fixture(scope="class")
    @classmethod
    def requests(cls) -> list[Request]:
        """Twenty drawn viewers, among them one without history and one with only dislikes."""
        drawn = [_weighted(history, 7 + i) for i, history in enumerate(_histories(2, 18))]
        dislikes = history_of([1, 2, 3], weights=[-1.0, -0.5, -1.0])
        return [
            request_of(history, titles=_TITLES) for history in (*drawn, History.empty(), dislikes)
        ]

    @classmethod
    def _fit(cls, histories: list[History], *, seed: int = 0) -> Source:
        kept = [
            _weighted(history.take(history.titles < _LIKED), i)
            for i, history in enumerate(histories)
        ]
        data = dataset_of(kept, titles=_TITLES, described=cls.described)
        return cls.recipe.fit(data, np.random.default_rng(seed))

    @classmethod
    def unmoved(cls, fitted: Source, request: Request) -> Scores:
        """Return (N,) what a request scores without its likes; say it where they do more."""
        scores: Scores = fitted.scores([replace(request, history=History.empty())])[0]
        return scores

    def test_it_is_registered_and_every_setting_has_a_default(self) -> None:
        assert load("source", self.name) is type(self.recipe)
        for field in fields(self.recipe):  # type: ignore[arg-type]  # recipes are dataclasses
            assert field.default is not MISSING or field.default_factory is not MISSING, field.name

    def test_it_is_a_source_that_can_be_frozen(self, fitted: Source) -> None:
        assert isinstance(fitted, Source)
        assert type(fitted) is fitted_class("source", self.name)

    def test_scores_are_float32_for_every_title_and_never_nan(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        scores = fitted.scores(requests)
        assert scores.shape == (len(requests), _TITLES)
        assert scores.dtype == np.float32
        assert not np.isnan(scores).any()
        assert not np.isposinf(scores).any()
        assert fitted.scores([]).shape == (0, _TITLES)

    def test_a_batch_equals_its_requests_one_by_one(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        batch = fitted.scores(requests)
        alone = np.concatenate([fitted.scores([request]) for request in requests])
        np.testing.assert_allclose(batch, alone, rtol=1e-5, atol=1e-5)
        assert _order(batch) == _order(alone)

    def test_the_order_of_a_history_does_not_matter(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        turned = [
            replace(r, history=r.history.take(np.arange(len(r.history))[::-1])) for r in requests
        ]
        np.testing.assert_allclose(
            fitted.scores(turned), fitted.scores(requests), rtol=1e-5, atol=1e-5
        )

    def test_eligibility_is_not_its_business(self, fitted: Source, requests: list[Request]) -> None:
        none = np.zeros(_TITLES, np.bool_)
        barred = [replace(request, eligible=none, unseen=none) for request in requests]
        np.testing.assert_array_equal(fitted.scores(barred), fitted.scores(requests))

    def test_camps_of_taste_are_told_apart(self) -> None:
        if not self.personal:
            pytest.skip("the same scores for everybody")
        data = checkerboard(described=self.described)
        fitted = self.recipe.fit(data, np.random.default_rng(0))
        for camp in (0, 1):
            history = history_of([camp, camp + 4, camp + 8])
            scores = fitted.scores([request_of(history, titles=12)])[0]
            unseen = [row for row in range(camp, 12, 2) if row not in history.titles]
            others = list(range(1 - camp, 12, 2))
            assert scores[unseen].min() > scores[others].max()

    def test_causes_add_up_to_what_the_history_changes(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        every = np.arange(_TITLES, dtype=np.int32)
        for request, scores in zip(requests, fitted.scores(requests), strict=True):
            nobody = self.unmoved(fitted, request)
            causes = fitted.causes(request, every)
            assert causes.shape == (_TITLES, len(request.history))
            assert causes.dtype == np.float32
            said = np.flatnonzero(np.isfinite(nobody[:_LIKED]))
            np.testing.assert_allclose(
                causes.sum(axis=1)[said], scores[said] - nobody[said], rtol=1e-4, atol=1e-4
            )

    def test_deleting_a_title_lowers_a_score_by_just_its_cause(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        if not self.additive:
            pytest.skip("what one like counts for hangs on the others")
        every = np.arange(_TITLES, dtype=np.int32)
        for request in requests[:6]:
            before, causes = fitted.scores([request])[0], fitted.causes(request, every)
            said = np.flatnonzero(np.isfinite(before[:_LIKED]))
            for place in range(len(request.history)):
                others = np.arange(len(request.history)) != place
                after = fitted.scores([replace(request, history=request.history.take(others))])[0]
                np.testing.assert_allclose(
                    before[said] - after[said], causes[said, place], rtol=1e-4, atol=1e-4
                )

    def test_causes_of_some_titles_are_rows_of_the_causes_of_all(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        every = np.arange(_TITLES, dtype=np.int32)
        some = np.array([31, 4, 4, 0, _TITLES - 1, 17], np.int32)
        for request in requests:
            np.testing.assert_allclose(
                fitted.causes(request, some),
                fitted.causes(request, every)[some],
                rtol=1e-5,
                atol=1e-6,
            )
            assert fitted.causes(request, some[:0]).shape == (0, len(request.history))

    def test_a_dislike_is_never_a_reason(self, fitted: Source) -> None:
        likes = history_of([0, 3, 5])
        both = history_of([0, 1, 3, 4, 5, 6], weights=[1, -1, 1, 0, 1, -0.5])
        with_dislikes, without = (
            fitted.scores([request_of(history, titles=_TITLES)]) for history in (both, likes)
        )
        causes = fitted.causes(request_of(both, titles=_TITLES), np.arange(9, dtype=np.int32))
        if self.heeds_dislikes:
            assert (causes[:, [1, 3, 5]] <= 0).all()
            assert (with_dislikes <= without + 1e-6).all()
        else:
            np.testing.assert_allclose(with_dislikes, without, rtol=1e-6, atol=1e-6)
            assert not causes[:, [1, 3, 5]].any()

    def test_titles_that_came_later_change_nothing_for_the_others(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        newest = catalogue_of(_TITLES + 3, version=2, described=self.described)
        longer = fitted.with_titles(newest)
        history = history_of([0, 2, _TITLES + 1])
        newer = [
            *(request_of(request.history, titles=_TITLES + 3) for request in requests),
            request_of(history, titles=_TITLES + 3),
        ]
        scores = longer.scores(newer)
        assert scores.shape == (len(newer), _TITLES + 3)
        np.testing.assert_allclose(scores[:-1, :_TITLES], fitted.scores(requests), atol=1e-6)
        assert not np.isnan(scores).any()
        assert (np.isfinite(scores[:, _TITLES:]) == self.knows_new).all()
        causes = longer.causes(newer[-1], np.array([1, _TITLES, _TITLES + 1], np.int32))
        if self.described:
            nobody = longer.scores([request_of(History.empty(), titles=_TITLES + 3)])[0]
            added = scores[-1] - nobody
            np.testing.assert_allclose(
                causes.sum(axis=1), added[[1, _TITLES, _TITLES + 1]], rtol=1e-4, atol=1e-4
            )
        else:
            assert not causes[1:].any()
            assert not causes[:, 2].any()

    def test_an_older_catalogue_is_refused(self, fitted: Source) -> None:
        with pytest.raises(ValueError, match="rows only grow"):
            fitted.with_titles(catalogue_of(_TITLES - 1))

    def test_what_is_saved_and_loaded_scores_the_same(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        arrays, tree = pack(fitted)
        for array in arrays.values():
            array.flags.writeable = False  # as memory maps are
        back: Source = unpack(fitted_class("source", self.name), arrays, tree)
        np.testing.assert_array_equal(back.scores(requests), fitted.scores(requests))
        every = np.arange(_TITLES, dtype=np.int32)
        np.testing.assert_array_equal(
            back.causes(requests[0], every), fitted.causes(requests[0], every)
        )

    def test_the_same_data_and_seed_give_the_same_model(
        self, fitted: Source, requests: list[Request]
    ) -> None:
        again = self._fit(_histories(seed=1, count=self.profiles))
        np.testing.assert_array_equal(again.scores(requests), fitted.scores(requests))

    @pytest.mark.parametrize("profiles", [0, 1, 3])
    def test_data_without_any_likes_can_be_fitted_and_asked(self, profiles: int) -> None:
        idle = dataset_of([History.empty()] * profiles, titles=5)
        fitted = self.recipe.fit(idle, np.random.default_rng(0))
        asked = [request_of(history_of([1, 2]), titles=5), request_of(History.empty(), titles=5)]
        scores = fitted.scores(asked)
        assert scores.shape == (2, 5)
        assert not np.isnan(scores).any()
        assert not fitted.causes(asked[0], np.arange(5, dtype=np.int32)).any()

    def test_what_it_keeps_of_single_profiles_it_can_let_go_of(self) -> None:
        """A side as long as there are profiles is theirs: two primes, so that no other has it."""
        many = 53 if self.profiles > _TITLES else 19
        drawn = [one for one in _histories(5, 3 * many) if (one.weights > 0).any()]
        assert len(drawn) >= many
        fitted = self._fit(drawn[:many])
        theirs = {many, many + 1}  # as row pointers there is one more
        if not theirs & _sides(fitted):
            return
        assert isinstance(fitted, Forgetful), f"{self.name} keeps profiles; see `Forgetful`"
        left = fitted.without_profiles(np.array([2, 7], np.int32))
        assert not theirs & _sides(left)
        assert left.without_profiles(np.array([2, 7], np.int32)) is left
