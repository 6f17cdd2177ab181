"""Examples, debiasing and priors against their naive twins; nothing knows what came later."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from acts import Act, signals
from matinee.data import Catalogue
from matinee.features import Rewards
from matinee.features.d2q import WatchQuantiles
from matinee.features.examples import examples
from matinee.features.outcomes import outcomes
from matinee.training.labels import Labelled, labelled
from matinee.training.past import Past
from matinee.training.priors import Priors
from matinee.types import DAY_MS, Moment, Title
from matinee.types.moment import MINUTE_MS
from naive_examples import examples as naive_examples
from naive_examples import mean_before, quantile, seconds

SHIPPED = Rewards.default()
REWARDS = replace(  # within reach of short logs
    SHIPPED,
    labels=replace(SHIPPED.labels, final_days=5.0),
    new_genre=replace(SHIPPED.new_genre, after=1),
)
GAP, FINAL = 30 * MINUTE_MS, 5 * DAY_MS
CATALOGUE = Catalogue.of(
    [
        Title(title_id="a", name="A", genres=("Crime",), runtime_s=1000.0),
        Title(title_id="b", name="B", genres=("War", "Crime"), runtime_s=4000.0),
    ]
)
KINDS = (
    *("impression", "impression", "impression", "hover", "details_open", "row_scroll"),
    *("play_start", "stop", "play_end", "thumb", "mylist_add", "mylist_remove", "trailer_play"),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Act]:
    """Draw acts at rising times, seconds to days apart, in named sessions and without."""
    steps = st.sampled_from([1000, 60_000, GAP + 1, DAY_MS, 3 * DAY_MS, 6 * DAY_MS])
    acts = []
    for at in np.cumsum([DAY_MS, *draw(st.lists(steps, max_size=24))])[1:].tolist():
        kind = draw(st.sampled_from(KINDS))
        ends = kind in ("stop", "play_end")
        acts.append(
            Act(
                kind,
                None if kind == "row_scroll" else draw(st.sampled_from(["a", "b"])),
                profile=draw(st.integers(0, 1)),
                at=at,
                value=draw(st.sampled_from([-1.0, 1.0, 2.0])) if kind == "thumb" else None,
                watched=draw(st.sampled_from([30.0, 900.0, 3900.0])) if ends else None,
                position=draw(st.sampled_from([30.0, 950.0, 3950.0])) if ends else None,
                session=draw(st.sampled_from([None, None, "s"])),
            )
        )
    return acts


@settings(max_examples=200)
@given(logs())
def test_examples_are_those_that_going_from_meeting_to_meeting_gives(log: list[Act]) -> None:
    columns = signals(log, CATALOGUE)
    found = examples(columns, catalogue=CATALOGUE, rewards=REWARDS)
    expected = naive_examples(log, GAP, FINAL)
    names = [CATALOGUE.vocabulary.name(row) for row in found.titles.tolist()]
    assert [
        (p, t, b, s)
        for p, t, b, s in zip(
            found.profiles.tolist(),
            names,
            found.began.tolist(),
            found.shown.tolist(),
            strict=True,
        )
    ] == [(one["profile"], one["title"], one["began"], one["shown"]) for one in expected]
    in_order = sorted(log, key=lambda act: (act.profile, act.at))
    for place, one in enumerate(expected):
        mine = [in_order[s] for s in np.flatnonzero(found.owners == place)]
        assert mine == sorted(one["acts"], key=lambda act: act.at)


@settings(max_examples=150)
@given(logs(), st.integers(0, 60), st.sampled_from(["v1", "v2"]))
def test_what_was_known_of_an_example_does_not_depend_on_what_came_later(
    log: list[Act], days: int, version: str
) -> None:
    rewards = replace(REWARDS, weights=Rewards.chosen(version).weights)
    at = DAY_MS * (1 + days // 3) + DAY_MS // 2
    whole = signals(log, CATALOGUE)
    known = whole.take(whole.at <= at)
    seen = []
    for columns in (whole, known):
        found = examples(columns, catalogue=CATALOGUE, rewards=rewards)
        young = np.flatnonzero(found.began <= at)
        by = np.full(len(found), at)
        past = Past.of(columns, found, catalogue=CATALOGUE, rewards=rewards, quantiles=None)
        of = outcomes(columns, found, by=by, catalogue=CATALOGUE, rewards=rewards)
        told = [found.began, of.rewards, of.components, past.features(of, by)]
        told.append(past.priors(np.zeros(past.targets.shape[1]))[0])
        seen.append([column[young] for column in told])
    for one, other in zip(*seen, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@given(logs(), st.randoms(use_true_random=False))
def test_labels_do_not_depend_on_the_order_of_arrival(log: list[Act], random: object) -> None:
    columns = signals(log, CATALOGUE)
    order = np.arange(len(log))
    random.shuffle(order)  # type: ignore[attr-defined]  # Hypothesis' own generator
    at = Moment(100 * DAY_MS)
    one, other = (
        labelled(each, catalogue=CATALOGUE, rewards=REWARDS, at=at)
        for each in (columns, columns.take(order))
    )
    for field in fields(Labelled):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


PLAYS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 6).map(lambda n: n * 600.0)),
        st.integers(1, 40).map(float),
    ),
    min_size=1,
    max_size=40,
)


@given(PLAYS, st.integers(1, 8))
def test_quantiles_are_shares_of_titles_about_as_long_and_lead_back(
    plays: list[tuple[float | None, float]], buckets: int
) -> None:
    durations = np.array([np.nan if d is None else d for d, _ in plays])
    watched = np.array([w for _, w in plays])
    learnt = WatchQuantiles.fit(durations, watched, buckets=buckets)
    found = learnt.quantiles(durations, watched)
    mine = [
        -1 if np.isnan(d) else int(np.searchsorted(learnt.edges, d, side="right"))
        for d in durations
    ]
    for place, (bucket, share) in enumerate(zip(mine, found.tolist(), strict=True)):
        others = [w for b, w in zip(mine, watched.tolist(), strict=True) if b == bucket]
        assert share == quantile(watched[place], others)
        [back] = learnt.seconds(durations[[place]], np.array([share]))
        assert back == seconds(share, others) == watched[place]
    assert len(learnt.edges) <= buckets - 1
    assert learnt.quantiles(np.array([np.nan]), np.array([-1.0])) == 0


def test_buckets_hold_equally_many_plays() -> None:
    durations = np.arange(1000.0)
    learnt = WatchQuantiles.fit(durations, np.ones(1000), buckets=4)
    assert np.diff(learnt.starts).tolist() == [250, 250, 250, 250, 0]


OUTCOMES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(-3, 3).map(float)), max_size=15
)


@given(OUTCOMES, st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 10)), min_size=1))
def test_priors_are_means_of_what_was_final_by_then(
    past: list[tuple[int, int, float]], asked: list[tuple[int, int]]
) -> None:
    keys, final, values = (np.array([one[k] for one in past]) for k in range(3))
    priors = Priors.of(keys.astype(np.int32), values.reshape(-1, 1), final.astype(np.int64))
    found = priors.means(
        np.array([key for key, _ in asked], np.int32),
        np.array([at for _, at in asked]),
        towards=np.array([0.5]),
        shrink=2.0,
    )
    for (key, at), mean in zip(asked, found[:, 0].tolist(), strict=True):
        assert abs(mean - mean_before(key, at, past, 0.5, 2.0)) < 1e-9
