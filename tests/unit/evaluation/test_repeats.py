"""Titles that are played again: no cut by time knows, or asks, what folding all acts would tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pytest

from acts import Act, signals
from matinee.data import Dataset, Exam
from matinee.data.cutting import until
from matinee.data.splits import beginnings, by_time
from matinee.evaluation import overlaps
from matinee.evaluation.foresight import area
from matinee.evaluation.protocols.cold import Cold
from matinee.evaluation.protocols.leave_last import LeaveLast
from matinee.evaluation.protocols.new_viewer import NewViewer
from matinee.evaluation.protocols.strong import Strong
from matinee.evaluation.protocols.time import Time
from matinee.features import Rewards, recorded
from matinee.parts import EvaluationProtocol
from matinee.testing.checkerboard import catalogue_of
from matinee.types import DAY_MS, Histories, History, Longs, Moment, Record

TITLES = 40
REVIVED = 8  # titles that everybody who knows them plays again
RNG = np.random.default_rng


def liked(title: int, profile: int, day: float, *, value: float = 1.0) -> Act:
    return Act("rate", f"t{title}", profile, round(day * DAY_MS), value=value)


def data_of(acts: Sequence[Act]) -> Dataset:
    catalogue = catalogue_of(TITLES)
    profiles = 1 + max(act.profile for act in acts)
    folded = recorded(
        signals(acts, catalogue), catalogue=catalogue, rewards=Rewards.default(), profiles=profiles
    )
    names = tuple(f"p{row}" for row in range(profiles))
    return Dataset(catalogue, names, folded, Moment(1000 * DAY_MS), len(acts))


def revivals(*, seed: int, profiles: int = 80) -> list[Act]:
    """Half of the titles each, drawn evenly; on day 100 the revived anew, and three new ones."""
    rng = RNG(seed)
    acts = []
    for profile in range(profiles):
        titles = rng.permutation(TITLES).tolist()
        acts += [liked(one, profile, 1 + n / 10) for n, one in enumerate(titles[:20])]
        again = [one for one in titles[:20] if one < REVIVED]
        acts += [liked(one, profile, 100 + n / 10) for n, one in enumerate(titles[20:23])]
        acts += [liked(one, profile, 101 + n / 10) for n, one in enumerate(again)]
    return acts


def forgetful(data: Dataset) -> Dataset:
    """Return the data as if each entry were one act."""
    return replace(data, histories=replace(data.histories, record=None))


def rarest_first(exam: Exam) -> float:
    """Return how well those titles are told that fewest were learned to have: .5 is chance."""
    count = np.bincount(exam.fit.histories.entries.titles, minlength=TITLES)
    scores = -count.astype(np.float32)
    return float(
        np.nanmean(
            [
                area(scores, request.unseen, wanted)
                for request, wanted in zip(exam.requests, exam.wanted, strict=True)
            ]
        )
    )


def test_what_is_missing_from_the_past_tells_nothing_of_the_future() -> None:
    data = data_of(revivals(seed=1))
    protocol = Time(quantile=0.88)
    (exam,) = protocol.cut(data, part="test", rng=RNG(0))
    (leaking,) = protocol.cut(forgetful(data), part="test", rng=RNG(0))
    assert 50 * DAY_MS < (exam.at or 0) <= 100 * DAY_MS
    assert rarest_first(leaking) > 0.8  # folded first, what will be played again was never played
    assert rarest_first(exam) < 0.55
    assert set(overlaps(exam).values()) == {0}


@pytest.mark.parametrize("positives", ["liked", "any", "rating>=4"])
@pytest.mark.parametrize("part", ["test", "validation"])
def test_time_learns_what_the_acts_before_the_moment_tell(part: str, positives: str) -> None:
    data = data_of(revivals(seed=2))
    protocol = Time(quantile=0.6, positives=positives)
    (exam,) = protocol.cut(data, part=part, rng=RNG(0))
    early = [act for act in revivals(seed=2) if (act.at or 0) < (exam.at or 0)]
    then = data_of(early).histories
    same(exam.fit.histories, then, skip={"weights"} if positives != "liked" else set())
    for row, request in zip(exam.profiles.tolist(), exam.requests, strict=True):
        assert request.history.titles.tolist() == then[row].titles.tolist()


def test_a_new_title_is_wanted_and_one_that_is_met_again_is_not() -> None:
    acts = [*(liked(one, 0, one) for one in range(1, 9)), liked(1, 0, 50), liked(20, 0, 51)]
    (exam,) = Time(quantile=0.9).cut(data_of(acts), part="test", rng=RNG(0))
    assert [rows.tolist() for rows in exam.wanted] == [[20]]
    assert 1 in exam.requests[0].history.titles
    assert not exam.requests[0].unseen[1]


def test_an_opinion_that_changed_later_is_known_as_it_was() -> None:
    acts = [*(liked(one, 0, one) for one in range(1, 9)), liked(20, 0, 51)]
    turned = [*acts, liked(3, 0, 60, value=0.0)]
    for protocol in (Time(quantile=0.9), LeaveLast(), NewViewer(after=(0, 8), held_out=1)):
        several = [replace(act, profile=row) for row in range(6) for act in turned]
        (exam,) = protocol.cut(data_of(several), part="test", rng=RNG(0))
        known = exam.requests[-1].history
        assert (known.weights > 0).all(), protocol
        assert sorted(known.titles.tolist()) == list(range(1, 9)), protocol
        assert exam.wanted[-1].tolist() == [20], protocol
    split = by_time(data_of(turned), share=0.1)
    assert (split.requests[0].history.weights > 0).all()
    [(request, _)] = beginnings(data_of(turned), np.array([0]), RNG(0), likes=(4, 4))
    assert request.history.titles.tolist() == [1, 2, 3, 4, 5]
    assert (request.history.weights > 0).all()


@pytest.mark.parametrize("protocol", [Time(), LeaveLast(), NewViewer(after=(0, 3)), Cold()])
@pytest.mark.parametrize("part", ["test", "validation"])
def test_logs_with_repeats_are_cut_without_giving_anything_away(
    protocol: EvaluationProtocol, part: str
) -> None:
    exams = protocol.cut(data_of(revivals(seed=3)), part=part, rng=RNG(0))
    assert sum(map(len, exams)) > 0
    for exam in exams:
        assert set(overlaps(exam).values()) == {0}


def test_a_cold_title_is_begun_in_the_order_of_first_plays() -> None:
    """A first play that was repeated last is given all the same; the others are asked."""
    first = [liked(title, 0, 1 + title / 100) for title in range(10)]
    rest = [liked(title, row, 2 + row) for row in range(1, 20) for title in range(10)]
    again = [liked(title, 0, 90) for title in range(10)]
    protocol = Cold(share=0.1, since=((1, 1),))
    (exam,) = protocol.cut(data_of([*first, *rest, *again]), part="test", rng=RNG(0))
    assert 0 not in exam.profiles.tolist()
    assert len(exam) == 19


def test_strong_asks_the_same_with_the_record_and_without() -> None:
    data = data_of(revivals(seed=4))
    (exam,) = Strong().cut(data, part="test", rng=RNG(0))
    (other,) = Strong().cut(forgetful(data), part="test", rng=RNG(0))
    assert exam.fit.fingerprint == other.fit.fingerprint
    for mine, same_one in zip(exam.wanted, other.wanted, strict=True):
        np.testing.assert_array_equal(mine, same_one)


@dataclass(frozen=True)
class Listening:
    """A record that notes of which profiles it is asked anything at all."""

    record: Record
    asked: list[int] = field(default_factory=list)

    @property
    def begun(self) -> Longs:
        return self.record.begun

    def until(self, at: Longs) -> Histories:
        found = self.record.until(at)
        self.asked.extend(np.flatnonzero(np.diff(found.indptr)).tolist())
        return found


def test_only_the_viewers_whose_beginnings_are_asked_are_folded_anew() -> None:
    data = data_of(revivals(seed=5))
    assert data.histories.record is not None
    heard = Listening(data.histories.record)
    listened = replace(data, histories=replace(data.histories, record=heard))
    few = np.array([3, 50])
    mine, plain = (beginnings(one, few, RNG(0), likes=(4, 6)) for one in (listened, data))
    assert heard.asked == [3, 50]
    for (request, wanted), (same_one, same_wanted) in zip(mine, plain, strict=True):
        assert request.history.titles.tolist() == same_one.history.titles.tolist()
        assert wanted.tolist() == same_wanted.tolist()
        assert 5 <= len(request.history) + 1 <= 7


def test_titles_with_one_act_each_need_no_record() -> None:
    data = data_of([liked(one, 0, one) for one in range(1, 9)])
    assert data.histories.record is None
    early = until(data.histories, np.array([4 * DAY_MS]))
    assert early.entries.titles.tolist() == [1, 2, 3, 4]


def same(
    mine: Histories, theirs: Histories, *, skip: set[str] | frozenset[str] = frozenset()
) -> None:
    np.testing.assert_array_equal(mine.indptr, theirs.indptr)
    for name in {one.name for one in fields(History)} - skip:
        np.testing.assert_array_equal(getattr(mine.entries, name), getattr(theirs.entries, name))
