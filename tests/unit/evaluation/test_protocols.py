"""What each protocol asks, beyond what its contract says of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import naive_evaluation as naive
from matinee.data import Dataset
from matinee.evaluation.protocols.cold import Cold
from matinee.evaluation.protocols.leave_last import LeaveLast
from matinee.evaluation.protocols.new_viewer import NewViewer
from matinee.evaluation.protocols.strong import Strong
from matinee.evaluation.protocols.time import Time
from matinee.testing.checkerboard import dataset_of, history_of, rated
from matinee.types import History

RNG = np.random.default_rng


def liked(data: Dataset, profile: int) -> list[int]:
    mine = data.histories[profile]
    return mine.titles[mine.rated >= np.float32(0.8)].tolist()


@pytest.mark.parametrize("seed", [98_765, 4])
def test_strong_draws_what_the_published_notebook_draws(seed: int) -> None:
    data = rated(seed=5, profiles=90)
    protocol = Strong(held_out=9, seed=seed)
    (exam,) = protocol.cut(data, part="test", rng=RNG(0))
    learned, asked = naive.strong(
        [liked(data, profile) for profile in range(90)], held=9, least=5, seed=seed
    )
    assert np.flatnonzero(np.diff(exam.fit.histories.indptr)).tolist() == learned
    assert exam.profiles.tolist() == sorted(asked)
    for profile, request, wanted in zip(exam.profiles, exam.requests, exam.wanted, strict=True):
        known, hidden = asked[int(profile)]
        assert (request.history.titles.tolist(), wanted.tolist()) == (known, hidden)


def test_strong_ranks_only_titles_that_somebody_learned_from_likes() -> None:
    (exam,) = Strong().cut(rated(seed=1), part="test", rng=RNG(0))
    known = np.zeros(40, np.bool_)
    known[exam.fit.histories.entries.titles] = True
    for request in exam.requests:
        np.testing.assert_array_equal(request.eligible, known)


def test_strong_refuses_data_without_ratings() -> None:
    unrated = dataset_of([history_of([0, 1, 2])] * 9, titles=3)
    with pytest.raises(ValueError, match="set positives to 'liked'"):
        Strong().cut(unrated, part="test", rng=RNG(0))


def test_time_wants_all_that_was_liked_from_the_moment_on() -> None:
    data = rated(seed=2)
    (exam,) = Time(quantile=0.8).cut(data, part="test", rng=RNG(0))
    entries = data.histories.entries
    assert exam.at == np.quantile(entries.at, 0.8, method="higher")
    for profile, request, wanted in zip(exam.profiles, exam.requests, exam.wanted, strict=True):
        mine = data.histories[int(profile)]
        assert request.history.titles.tolist() == mine.titles[mine.at < exam.at].tolist()
        late = (mine.at >= exam.at) & (mine.weights > 0)
        assert wanted.tolist() == sorted(mine.titles[late].tolist())


def test_time_tells_profiles_without_earlier_events_apart() -> None:
    early = at_days([0, 1, 2], [9, 8, 7])
    late = at_days([1], [1])
    (exam,) = Time(quantile=0.9).cut(dataset_of([early, late], titles=3), part="test", rng=RNG(0))
    assert exam.profiles.tolist() == [1]
    assert exam.stages == ("without",)
    assert not exam.counted.any()


def test_leave_last_wants_the_newest_and_its_validation_the_one_before() -> None:
    data = dataset_of([at_days([4, 2, 3, 1], [9, 8, 7, 6]), at_days([0, 1], [5, 4])], titles=5)
    (test,) = LeaveLast().cut(data, part="test", rng=RNG(0))
    (validation,) = LeaveLast().cut(data, part="validation", rng=RNG(0))
    assert [rows.tolist() for rows in test.wanted] == [[1]]
    assert [rows.tolist() for rows in validation.wanted] == [[3], [1]]
    assert test.fit.histories[1].titles.tolist() == [0, 1]


def test_new_viewers_want_the_same_however_much_is_known() -> None:
    (exam,) = NewViewer(after=(0, 1, 3)).cut(rated(seed=3), part="test", rng=RNG(0))
    count = len(exam) // 3
    assert [len(exam.requests[stage * count].history) for stage in range(3)] == [0, 1, 3]
    for row in range(count):
        same = {tuple(exam.wanted[row + stage * count].tolist()) for stage in range(3)}
        assert len(same) == 1
    assert not set(exam.profiles.tolist()) & set(
        np.flatnonzero(np.diff(exam.fit.histories.indptr)).tolist()
    )


def test_a_cold_title_has_as_many_interactions_as_its_stage_says() -> None:
    data = rated(seed=4, profiles=120)
    stages = Cold(since=((0, 0), (2, 3))).cut(data, part="test", rng=RNG(0))
    assert [exam.stages[0] for exam in stages] == ["0 since", "2–3 since"]
    held = {title for rows in stages[0].wanted for title in rows.tolist()}
    for exam, allowed in zip(stages, [{0}, {2, 3}], strict=True):
        found = np.bincount(exam.fit.histories.entries.titles, minlength=40)
        assert {int(found[title]) for title in held} <= allowed


def test_only_new_titles_are_ranked_where_that_is_asked() -> None:
    (exam, *_) = Cold(candidates="new").cut(rated(seed=4), part="test", rng=RNG(0))
    assert exam.requests[0].eligible.sum() == 4


def test_settings_out_of_range_are_refused() -> None:
    for wrong in (
        lambda: Time(quantile=1.0),
        lambda: LeaveLast(least=2),
        lambda: NewViewer(after=(3, 1)),
        lambda: Cold(share=0.0),
        lambda: Cold(since=((4, 2),)),
    ):
        with pytest.raises(ValueError, match=r"it must|and since|a test"):
            wrong()


def at_days(titles: list[int], days: list[float]) -> History:
    history = history_of(titles)
    return replace(history, at=history.at - (np.array(days) * 86_400_000).astype(np.int64))
