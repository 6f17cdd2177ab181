"""Audit groups: a planted gap is found with its size, few people are never told of."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from matinee.data.readers import Batch
from matinee.evaluation import evaluate
from matinee.evaluation.auditing import audited, gaps
from matinee.evaluation.html import page
from matinee.evaluation.loading import load_audited
from matinee.evaluation.protocols.leave_last import LeaveLast
from matinee.models import recipe
from matinee.testing.checkerboard import rated
from matinee.types import Moment, Profile, Title
from matinee.types.event import Rate


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_the_gap_of_a_group_is_its_mean_less_that_of_all_others() -> None:
    values = np.array([1.0, 0.0, 0.5, 0.25, 0.75, 0.0])
    belongs = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], bool)
    for g, one in enumerate(gaps(values, belongs, rng())):
        mine = [v for v, row in zip(values, belongs, strict=True) if row[g]]
        rest = [v for v, row in zip(values, belongs, strict=True) if not row[g]]
        assert one["mean"] == pytest.approx(sum(mine) / 2)
        assert one["gap"] == pytest.approx(sum(mine) / 2 - sum(rest) / 4)
        assert one["gap_low"] <= one["gap"] <= one["gap_high"]
        assert one["n"] == 2


def test_intervals_hold_the_planted_gap_in_about_95_of_100_worlds() -> None:
    held, found = 0, 0
    for seed in range(100):
        draw = rng(seed)
        women = draw.random(300) < 0.3
        values = draw.normal(0.4, 0.1, 300) - 0.05 * women
        told = audited({"m": values}, ["f" if one else "m" for one in women], draw)
        one = told["groups"]["f"]["m"]
        held += one["gap_low"] <= -0.05 <= one["gap_high"]
        found += one["p_holm"] < 0.05
    assert 88 <= held <= 100  # binomial(100, .95): below 88 in fewer than 1 of 100 runs
    assert found > 80


def test_where_there_is_no_gap_few_are_found() -> None:
    wrong = 0
    for seed in range(100):
        draw = rng(seed)
        members = [str(one) for one in draw.integers(4, size=200)]
        told = audited({"m": draw.normal(size=200)}, members, draw)
        wrong += any(one["m"]["p_holm"] < 0.05 for one in told["groups"].values())
    assert wrong <= 12  # binomial(100, .05): above 12 in fewer than 1 of 100 runs


def test_a_small_group_is_neither_told_nor_to_be_inferred() -> None:
    members = ["a"] * 40 + ["b"] * 30 + ["c"] * 19 + [None] * 5
    values = rng().normal(size=len(members))
    told = audited({"m": values}, members, rng())
    assert told["suppressed"] == {"groups": 1, "profiles": 19}
    assert (told["unknown"], sorted(told["groups"])) == (5, ["a", "b"])
    changed = values.copy()
    changed[70:] = 99.0
    assert audited({"m": changed}, members, rng()) == told


def test_profiles_without_a_value_do_not_make_a_group_large_enough() -> None:
    values = np.full(60, 0.5)
    values[25:40] = np.nan
    told = audited({"m": values}, ["a"] * 20 + ["b"] * 40, rng())
    assert {name: one["m"]["n"] for name, one in told["groups"].items()} == {"a": 20, "b": 25}
    assert audited({"m": values}, ["a"] * 30 + ["b"] * 30, rng())["groups"].keys() == {"a", "b"}
    told = audited({"m": values}, ["a"] * 20 + ["b"] * 30 + ["c"] * 10, rng())
    assert told["groups"].keys() == {"a"}


@pytest.fixture(scope="module")
def audited_report() -> dict[str, Any]:
    data = rated(seed=6, profiles=120)
    members = ["woman" if row % 3 else "man" for row in range(120)]
    ages = ["elders"] * 5 + [None] * 115
    return evaluate(
        data,
        "leave-last",
        LeaveLast(),
        {"popular": recipe("popular")},
        seed=1,
        source="drawn",
        audit={"gender": members, "age_group": ages},
    )


def test_the_report_tells_groups_where_a_metric_applies(audited_report) -> None:
    found = audited_report["models"]["popular"]["audit"]
    assert set(found["gender"]["groups"]) == {"man", "woman"}
    assert set(found["gender"]["groups"]["man"]) == {"ndcg@10"}  # the drawn films have no genres
    assert found["age_group"]["groups"] == {}
    assert found["age_group"]["suppressed"] == {"groups": 1, "profiles": 5}


def test_the_page_shows_the_groups_and_refers_to_nothing_outside(audited_report) -> None:
    text = page(audited_report)
    assert "Audit by gender" in text
    assert "woman" in text
    assert "elders" not in text.partition("Audit by age_group")[2].partition("What it rests")[0]
    outside = re.compile(r"""https?:|//|\bsrc=|\bhref=|url\(|@import|<(script|link|iframe|img)\b""")
    assert outside.findall(text) == []


class TwoViewers:
    """A source of two viewers of whom one says who it is."""

    name = "two"
    expected = 8

    def batches(self, *, shift_ms):
        when = Moment.parse("2020-01-01T00:00:00Z")
        who = [("p1", {"gender": "F", "age_group": "18-24"}), ("p2", {})]
        yield Batch(
            titles=tuple(Title(title_id=f"t{n}", name=f"T{n}") for n in (1, 2)),
            profiles=tuple(Profile(profile_id=p, account_id="a", **said) for p, said in who),
            events=tuple(
                Rate(event_id=f"{p}{t}", profile_id=p, title_id=t, at=when, value=5.0)
                for p in ("p1", "p2")
                for t in ("t1", "t2")
            ),
        )


def test_profiles_of_a_data_set_bring_their_groups_and_the_data_do_not() -> None:
    data, groups = load_audited(TwoViewers())
    assert groups == {"age_group": ("18-24", None), "gender": ("F", None)}
    assert data.profiles == ("p1", "p2")
    assert not hasattr(data, "gender")
