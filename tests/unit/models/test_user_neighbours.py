"""User neighbours on cases whose answers are known by thought."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.sources.user_knn import FittedUserKNN, UserKNN
from matinee.testing.checkerboard import dataset_of, history_of, rated, request_of
from matinee.types import History

HEAT, RONIN, COLLATERAL, BAKING = range(4)


def fitted_on(*likes: list[int], **settings: float) -> FittedUserKNN:
    recipe = UserKNN(power=0.0, amplification=1.0, **settings)  # type: ignore[arg-type]  # k is whole in every call
    return recipe.fit(
        dataset_of([history_of(one) for one in likes], titles=4), np.random.default_rng(0)
    )


def test_a_film_that_a_like_minded_viewer_enjoyed_and_this_one_has_not_seen_is_proposed() -> None:
    """A and B like the same two; B enjoyed a third that A has not seen; C likes other things."""
    fitted = fitted_on([HEAT, RONIN], [HEAT, RONIN, COLLATERAL], [BAKING])
    a = request_of(history_of([HEAT, RONIN]), titles=4)
    scores = fitted.scores([a])[0]
    assert scores[COLLATERAL] == pytest.approx(2 / (2 + 10) * 2 / np.sqrt(2 * 3))
    assert scores[BAKING] == 0
    causes = fitted.causes(a, np.array([COLLATERAL], np.int32))
    assert causes[0].tolist() == pytest.approx([scores[COLLATERAL] / 2] * 2)


def test_the_evidence_counts_the_neighbours_and_names_what_they_share() -> None:
    fitted = fitted_on([HEAT, RONIN, COLLATERAL], [RONIN, COLLATERAL], [RONIN], [COLLATERAL])
    request = request_of(history_of([HEAT, RONIN]), titles=4)
    found = fitted.evidence(request, COLLATERAL)
    assert found.common.tolist() == [2, 1]
    assert found.shared.tolist() == [RONIN, HEAT]
    assert found.by.tolist() == [2, 1]
    assert found.likeness.sum() == pytest.approx(fitted.scores([request])[0, COLLATERAL])


def test_there_is_no_evidence_for_what_no_neighbour_likes() -> None:
    fitted = fitted_on([HEAT], [BAKING])
    request = request_of(history_of([HEAT]), titles=4)
    for title in (BAKING, COLLATERAL):
        found = fitted.evidence(request, title)
        assert [len(one) for one in (found.likeness, found.common, found.shared, found.by)] == [
            0
        ] * 4


def test_likeness_on_little_ground_is_shrunk() -> None:
    fitted = fitted_on([HEAT], [HEAT, RONIN, BAKING], shrinkage=3.0)
    one, three = (
        fitted._near(fitted.scope.folded([request_of(history_of(own), titles=4)], fitted.strength))
        for own in ([HEAT], [HEAT, RONIN, BAKING])
    )
    assert one.toarray()[0, 0] == pytest.approx(1 / 4)
    assert three.toarray()[0, 1] == pytest.approx(3 / 6)


def test_of_equal_neighbours_the_lower_row_is_kept() -> None:
    fitted = fitted_on([HEAT, RONIN], [HEAT, COLLATERAL], neighbours=1)
    scores = fitted.scores([request_of(history_of([HEAT]), titles=4)])[0]
    assert scores[RONIN] > scores[COLLATERAL] == 0


def test_who_shares_nothing_with_anybody_gets_zeros() -> None:
    fitted = fitted_on([HEAT, RONIN], [BAKING])
    for history in (History.empty(), history_of([COLLATERAL])):
        assert not fitted.scores([request_of(history, titles=4)])[0, [HEAT, RONIN, BAKING]].any()


def test_with_too_many_profiles_so_many_are_drawn() -> None:
    fitted = fitted_on(*[[HEAT, RONIN]] * 9, [BAKING], most=4)
    assert fitted.x.shape[0] == 4


def test_only_who_likes_the_rarest_is_compared() -> None:
    """RONIN is liked by two, HEAT by all five: whoever shares HEAT alone is not looked at."""
    likes = [HEAT, RONIN], [HEAT, RONIN, COLLATERAL], [HEAT], [HEAT, COLLATERAL], [HEAT, BAKING]
    request = request_of(history_of([HEAT, RONIN]), titles=4)
    some, every = (fitted_on(*likes, candidates=count) for count in (1, 0))
    lines = [
        one._near(one.scope.folded([request], one.strength)).toarray() for one in (some, every)
    ]
    assert np.flatnonzero(lines[0]).tolist() == [0, 1]
    assert np.flatnonzero(lines[1]).tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(lines[0][:, :2], lines[1][:, :2])
    assert some.evidence(request, COLLATERAL).common.tolist() == [2]


def test_candidates_enough_for_all_give_just_what_all_give() -> None:
    data = rated(seed=4)
    requests = [request_of(data.histories[row], titles=40) for row in range(12)]
    exact, many = (
        UserKNN(candidates=count).fit(data, np.random.default_rng(0)) for count in (0, 10_000)
    )
    np.testing.assert_allclose(many.scores(requests), exact.scores(requests), rtol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {"candidates": -1},
        {"neighbours": 0},
        {"most": 0},
        {"shrinkage": -1.0},
        {"amplification": 0.0},
        {"full": 0.0},
    ],
)
def test_settings_of_user_knn_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        UserKNN(**settings)  # type: ignore[arg-type]  # the bad value is the test
