"""How readily titles are taken where they are seen: counted, smoothed, and never out of nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import naive_takes as naive
from acts import Act, signals
from matinee.data import Catalogue
from matinee.features.rewards import Rewards
from matinee.features.takes import PIECE_MS, TakeRates, Takes, shown_in
from matinee.types import DAY_MS, Moment, Signals, Title

QUALITY = Rewards.default().quality_play
CATALOGUE = Catalogue.of([Title(title_id=name, name=name) for name in "abcd"])
NOW = 20_000 * DAY_MS


def counted(events: Signals, *, size: int = 4, before: Takes | None = None) -> Takes:
    takes = (before or Takes(size)).shows(shown_in(events), size=size)
    return takes.ends(events, size=size, quality=QUALITY)


def test_the_prior_is_what_the_spread_of_the_rates_says() -> None:
    """10 and 30 of 100: m = .2, S ÷ m(1 − m) = 12.5, so 1 ÷ (α + β + 1) = 11.5 ÷ 99."""
    rates = TakeRates.of(np.array([100.0, 100.0, 0.0]), np.array([10.0, 30.0, 0.0]))
    prior = 99 / 11.5 - 1
    assert rates.alpha == pytest.approx(0.2 * prior)
    assert rates.beta == pytest.approx(0.8 * prior)
    low, high = (10 + 0.2 * prior) / (100 + prior), (30 + 0.2 * prior) / (100 + prior)
    np.testing.assert_allclose(rates.ease(), [low / 0.2, high / 0.2, 1], rtol=1e-6)
    half = rates.ease(0.5)
    assert half[0] == pytest.approx((5 + 0.2 * prior) / (50 + prior) / 0.2)


def test_rates_that_lie_no_further_apart_than_by_chance_say_nothing() -> None:
    rates = TakeRates.of(np.array([100.0, 100.0, 100.0]), np.array([19.0, 20.0, 21.0]))
    assert rates.ease().tolist() == [1, 1, 1]


@pytest.mark.parametrize("seed", [3, 2026])
def test_smoothed_rates_lie_nearer_to_the_true_ones_than_raw_ones_do(seed: int) -> None:
    """3,000 titles with rates of Beta(2, 30), shown 1 to 500 times."""
    rng = np.random.default_rng(seed)
    true = rng.beta(2, 30, 3000)
    shown = np.ceil(500 ** rng.random(3000))
    taken = rng.binomial(shown.astype(np.int64), true).astype(np.float64)
    rates = TakeRates.of(shown, taken)
    assert rates.alpha == pytest.approx(2, rel=0.25)
    assert rates.beta == pytest.approx(30, rel=0.25)
    mean = taken.sum() / shown.sum()
    smooth, raw = rates.ease() * mean, taken / shown
    assert np.abs(smooth - true).mean() < 0.75 * np.abs(raw - true).mean()
    assert smooth[shown < 3].max() < raw[shown < 3].max()


PLAYED = st.tuples(
    st.sampled_from("abcd"),
    st.integers(0, 7 * 4),  # quarters of a day ago
    st.sampled_from(["impression", "billboard_impression", "play_end", "play_end", "stop", "rate"]),
    st.sampled_from([None, 100.0, 900.0, 1800.0]),  # watched
    st.sampled_from([None, 1000.0, 6000.0]),  # duration
    st.sampled_from([None, "tile"]),
)


@given(st.lists(PLAYED, max_size=40), st.lists(st.integers(0, 2), min_size=40, max_size=40))
def test_takes_are_their_definition_and_chunks_make_no_difference(
    played: list[tuple[str, int, str, float | None, float | None, str | None]], parts: list[int]
) -> None:
    acts = [
        Act(kind, title, 0, NOW - ago * PIECE_MS, watched=w, duration=d, token=token)
        for title, ago, kind, w, d, token in played
    ]
    whole = counted(signals(acts, CATALOGUE))
    some = Takes(2)
    for part in (2, 0, 1):
        chunk = [act for act, one in zip(acts, parts, strict=False) if one == part]
        some = counted(signals(chunk, CATALOGUE), before=some)
    shown = [("abcd".index(a.title or ""), a.at or 0) for a in acts if "impression" in a.kind]
    taken = [
        ("abcd".index(a.title or ""), a.at or 0)
        for a in acts
        if a.kind in ("play_end", "stop")
        and a.token is not None
        and a.watched is not None
        and a.watched >= min(1800.0, 0.7 * (a.duration or 1e9))
    ]
    slow = naive.eases(shown, taken, titles=4, now=NOW)
    np.testing.assert_allclose(whole.ease(Moment(NOW)), slow, rtol=1e-5)
    np.testing.assert_array_equal(some.ease(Moment(NOW)), whole.ease(Moment(NOW)))
    assert {k: v.tolist() for k, v in some.pieces.items()} == {
        k: v.tolist() for k, v in whole.pieces.items()
    }
    assume(whole.pieces)
    later = whole.sized(6).ease(Moment(NOW + 40 * DAY_MS))
    assert later.shape == (6,)
    np.testing.assert_allclose(later, 1, atol=1e-3)


def test_what_is_not_known_of_a_play_makes_it_no_take() -> None:
    """No token, no word of how long, too short; and enough of an episode."""
    end = Act("play_end", "a", at=NOW, watched=1800.0, token="t")
    acts = [end, replace(end, token=None), replace(end, watched=None), replace(end, watched=1000.0)]
    takes = counted(signals([Act("impression", "a", at=NOW), *acts], CATALOGUE))
    assert [table[:, 0].tolist() for table in takes.pieces.values()] == [[1, 1]]


def test_of_years_of_impressions_only_those_of_the_last_days_are_gathered() -> None:
    acts = [Act("impression", "a", at=NOW - ago * PIECE_MS) for ago in (0, 3, 15, 16, 4000)]
    found = shown_in(signals(acts, CATALOGUE))
    assert sorted(found) == [NOW // PIECE_MS - ago for ago in (15, 3, 0)]
    assert sorted(counted(signals(acts, CATALOGUE)).pieces) == sorted(found)
