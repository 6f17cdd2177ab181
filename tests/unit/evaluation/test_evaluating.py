"""The runner's report: what stands beside every number, and that seeds decide everything."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.data import Backdrop
from matinee.evaluation import evaluate
from matinee.evaluation.figures import GROUPS
from matinee.evaluation.grouping import by_history, by_popularity
from matinee.evaluation.html import page
from matinee.evaluation.measuring import RANKS, take_rates
from matinee.evaluation.plots import Axis, lines, scatter
from matinee.evaluation.protocols.new_viewer import NewViewer
from matinee.evaluation.protocols.strong import Strong
from matinee.evaluation.ranking import ranked
from matinee.models import recipe
from matinee.models.sources.popular import Popular
from matinee.testing.checkerboard import rated

DATA = rated(seed=6, profiles=300, titles=100, loyalty=60)
MODELS = {"popular": recipe("popular"), "ease": recipe({"ease": {"l2": 20.0}})}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return evaluate(DATA, "strong", Strong(), MODELS, seed=7, source="drawn", tuned_on="validation")


def _untimed(report: dict[str, Any]) -> dict[str, Any]:
    timed = {"fit_s", "peak_mb", "score_ms", "score_p99_ms"}
    models = {
        name: {key: value for key, value in one.items() if key not in timed}
        for name, one in report["models"].items()
    }
    return {**report, "models": models}


def test_protocol_seed_and_fingerprints_stand_beside_every_number(report: dict[str, Any]) -> None:
    assert (report["protocol"], report["seed"]) == ("strong", 7)
    assert report["data"] == {
        "name": "drawn",
        "fingerprint": f"sha256:{DATA.fingerprint}",
        "profiles": 300,
        "titles": 100,
        "interactions": len(DATA.histories.entries),
    }
    split = report["split"]
    assert split["test_profiles"] == split["requests"] > 10
    assert (split["at"], split["positives"], split["ranking"]) == (None, "rating>=4", "full")
    assert split["tuned_on"] == "validation"
    assert split["fit"][0]["fingerprint"].startswith("sha256:")
    assert report["models"]["ease"]["settings"]["l2"] == 20.0


def test_a_model_has_every_measure_with_its_interval(report: dict[str, Any]) -> None:
    for one in report["models"].values():
        assert {"ndcg@100", "recall@20", "precision@10", "map@20"} <= one["metrics"].keys()
        assert {"novelty@20", "serendipity@20", "popularity_lift@20"} <= one["metrics"].keys()
        assert one["catalogue"].keys() == {"coverage@20", "ecs@20", "gini@20"}
        found = one["metrics"]["ndcg@100"]
        assert found.keys() == {"mean", "low", "high", "n"}
        assert found["low"] < found["mean"] < found["high"]
        assert found["n"] == report["split"]["test_profiles"]


def test_the_same_seed_gives_the_same_report(report: dict[str, Any]) -> None:
    again = evaluate(
        DATA, "strong", Strong(), MODELS, seed=7, source="drawn", tuned_on="validation"
    )
    assert repr(_untimed(again)) == repr(_untimed(report))


def test_chance_shows_other_titles_to_each_viewer() -> None:
    """Forty lists of twenty, drawn from a hundred titles each by itself, leave hardly one out."""
    drawn = {"random": recipe("random")}
    said = evaluate(DATA, "strong", Strong(), drawn, seed=7, source="drawn")
    assert said["split"]["requests"] > 40
    assert said["models"]["random"]["catalogue"]["coverage@20"] > 0.95


def test_camps_make_ease_better_than_popularity(report: dict[str, Any]) -> None:
    (pair,) = report["pairs"]
    assert (pair["a"], pair["b"], pair["metric"]) == ("ease", "popular", "ndcg@100")
    assert 0 < pair["low"] < pair["difference"] < pair["high"]
    means = {name: one["metrics"]["ndcg@100"]["mean"] for name, one in report["models"].items()}
    assert pair["difference"] == pytest.approx(means["ease"] - means["popular"])
    assert pair["p"] <= pair["p_holm"] < 0.05


def test_popularity_lifts_nothing_over_itself() -> None:
    report = evaluate(
        DATA,
        "strong",
        Strong(),
        {"popular": Popular(half_life_days=1e9)},
        seed=7,
        source="drawn",
    )
    takes = report["models"]["popular"]["take_rate"]
    assert takes["model"] == pytest.approx(takes["popular"])
    assert takes["lift"]["10"]["low"] == pytest.approx(1.0)
    sizes = report["models"]["popular"]["ecs_by_rank"]
    assert sizes["ecs"] == pytest.approx(sizes["popular"])
    assert report["pairs"] == []


def test_take_rates_count_the_wanted_within_each_rank() -> None:
    (exam,) = Strong().cut(DATA, part="test", rng=np.random.default_rng(0))
    fitted = Popular().fit(exam.fit, np.random.default_rng(0))
    popularity = Backdrop.of(exam.fit).popularity
    shown = ranked(fitted, exam.requests, 100, popularity=popularity)
    slow = [
        [
            sum(title in wanted.tolist() for title in one.titles[:rank].tolist()) / len(wanted)
            for rank in RANKS
        ]
        for one, wanted in zip(shown, exam.wanted, strict=True)
    ]
    np.testing.assert_allclose(take_rates(shown, exam), slow)


def test_stages_are_told_apart_and_a_profile_counts_once() -> None:
    report = evaluate(
        DATA, "new-viewer", NewViewer(after=(0, 3)), {"popular": Popular()}, seed=7, source="drawn"
    )
    one = report["models"]["popular"]
    assert one["groups"]["stage"].keys() == {"after 0", "after 3"}
    assert one["metrics"]["ndcg@20"]["n"] == report["split"]["requests"] // 2


def test_lengths_and_popularity_name_everybody() -> None:
    (exam,) = NewViewer(after=(0, 3, 7)).cut(DATA, part="test", rng=np.random.default_rng(0))
    assert {"0", "1–5"} <= set(by_history(exam)) <= {"0", "1–5", "6–20"}
    backdrop = Backdrop.of(exam.fit)
    groups = by_popularity(backdrop)
    assert (sum(flags.astype(int) for flags in groups.values()) == 1).all()
    means = [backdrop.popularity[flags].mean() for flags in groups.values()]
    assert means == sorted(means, reverse=True)


def test_without_models_there_is_nothing_to_evaluate() -> None:
    with pytest.raises(ValueError, match="name at least one model"):
        evaluate(DATA, "strong", Strong(), {}, seed=7, source="drawn")


def test_the_page_stands_alone_and_shows_every_model(report: dict[str, Any]) -> None:
    text = page(report)
    assert "<script" not in text
    assert not re.search(r"(?:src|href|url)\s*[=(]|https?:", text)
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) >= 7
    for drawing in drawings:
        words = [element.text for element in ET.fromstring(drawing).iter()]
        assert {"ease", "popular"} <= set(words)
    assert DATA.fingerprint in text
    assert f"{report['models']['ease']['metrics']['ndcg@100']['mean']:.4f}" in text


def test_the_page_lets_nothing_in_but_its_own_style(report: dict[str, Any]) -> None:
    text = page(report)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    known = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{known}'"
    assert "style=" not in text  # the policy would not let it in


def test_the_page_tells_for_whom_with_how_many(report: dict[str, Any]) -> None:
    text = page(report)
    for group, label in GROUPS.items():
        table = text.partition(f"By {label}: ndcg@100</h2>")[2].partition("</table>")[0]
        said = report["models"]["ease"]["groups"][group]
        assert table.count("<tr>") == (1 + len(said) if said else 0)
        for word, one in said.items():
            estimate = f"{one['ndcg@100']['mean']:.4f}<br>"
            assert f"<td>{word}</td><td>{one['ndcg@100']['n']}</td><td>{estimate}" in table


def test_the_page_tells_the_lift_over_popularity(report: dict[str, Any]) -> None:
    table = page(report).partition("of the most popular titles</h2>")[2].partition("</table>")[0]
    lift = report["models"]["ease"]["take_rate"]["lift"]["10"]
    assert f"<td>10</td><td>{lift['mean']:.4f}<br>" in table


def test_many_pairs_begin_with_those_of_the_best(report: dict[str, Any]) -> None:
    (pair,) = report["pairs"]
    names = ["best", "good", "fair", "poor", "last"]
    pairs = [{**pair, "a": a, "b": b} for a, b in combinations(names, 2)]
    assert "<details>" not in page({**report, "pairs": pairs})
    pairs += [{**pair, "a": "last", "b": "none"}]
    shown, _, folded = page({**report, "pairs": pairs}).partition("<details>")
    assert shown.count("<td>best</td>") == 4
    assert "<summary>7 other pairs" in folded
    assert "<td>best</td>" not in folded


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=10))
def test_names_beside_dots_cover_no_other_name(points: list[tuple[float, float]]) -> None:
    """Ten names at most, as a report has, however near the dots stand."""
    dots = {f"model_{place}": point for place, point in enumerate(points)}
    drawn = ET.fromstring(scatter(dots, Axis("x"), Axis("y")))
    boxes = []
    for text in drawn.iter("text"):
        if text.get("class") == "name":
            width, start = 7 * len(text.text or ""), float(text.get("x") or "nan")
            left = start - width if text.get("text-anchor") == "end" else start
            boxes.append((left, left + width, float(text.get("y") or "nan")))
    assert len(boxes) == len(dots)
    for one, other in combinations(boxes, 2):
        apart = one[1] < other[0] or other[1] < one[0] or abs(one[2] - other[2]) > 12
        assert apart, (one, other)


def test_ticks_in_the_thousands_are_written_out() -> None:
    assert [Axis("x").word(tick) for tick in (0.05, 20.0, 4000.0)] == ["0.05", "20", "4,000"]


def test_names_from_outside_do_not_become_markup(report: dict[str, Any]) -> None:
    wicked = {**report, "data": {**report["data"], "name": "<b>&"}}
    assert "<b>&" not in page(wicked)
    assert "<x>" not in scatter({"<x>": (1.0, 2.0)}, Axis("<x>"), Axis("y"))


def test_a_plot_leaves_out_what_is_no_number() -> None:
    drawing = lines({"a": [(1.0, 2.0), (2.0, float("nan")), (4.0, 1.0)]}, Axis("x"), Axis("y"))
    assert "nan" not in drawing
    (line,) = re.findall(r'points="([^"]*)"', drawing)
    assert len(line.split()) == 2
    assert "nan" not in lines({"a": []}, Axis("x", log=True), Axis("y"))
