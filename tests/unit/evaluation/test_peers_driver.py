"""The comparison with other libraries: its driver, run on our models alone, without a network."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import numpy as np
import pytest

from matinee.data import Backdrop
from matinee.evaluation import ranked
from matinee.evaluation.protocols.leave_last import LeaveLast
from matinee.models import recipe
from matinee.testing.checkerboard import rated

OWN = ("splits", "worker", "trials", "report", "adapters", "environments")


@pytest.fixture
def peers(repository, monkeypatch):
    """Import a module of the benchmark by its name."""
    monkeypatch.syspath_prepend(str(repository / "benchmarks" / "peers"))
    yield importlib.import_module
    for name in OWN:
        sys.modules.pop(name, None)


@pytest.fixture
def splits(peers):
    return peers("splits")


def exam():
    [cut] = LeaveLast().cut(rated(seed=5), part="test", rng=np.random.default_rng(0))
    return cut


def test_what_a_library_may_see_holds_no_answer(splits, tmp_path):
    asked = exam()
    part = splits.read(splits.written(tmp_path, "test", asked))
    wanted = splits.answers(tmp_path / "test.npz")
    assert [rows.tolist() for rows in wanted] == [rows.tolist() for rows in asked.wanted]
    for row, answer in enumerate(wanted):
        known = part.rows[part.asked.row(row)]
        assert not np.isin(answer, known).any()
        own = part.rows[part.fit.row(int(part.profiles[row]))]
        assert sorted(own.tolist()) == sorted(known.tolist())


def test_scores_from_the_files_are_ranked_as_the_evaluation_ranks_them(splits, tmp_path):
    asked = exam()
    part = splits.read(splits.written(tmp_path, "test", asked))
    fitted = recipe("item_knn").fit(asked.fit, np.random.default_rng(0))
    scores = fitted.scores(asked.requests)[:, part.rows]
    lists = splits.listed(scores, part, 0)
    backdrop = Backdrop.of(asked.fit)
    usual = ranked(fitted, asked.requests, 100, popularity=backdrop.popularity)
    assert [row[row >= 0].tolist() for row in lists] == [one.titles.tolist() for one in usual]


def test_a_little_part_has_the_most_liked_titles_and_the_first_profiles(splits, tmp_path):
    part = splits.read(splits.written(tmp_path, "test", exam()))
    little = splits.little(part, titles=7, profiles=20)
    popular = np.argsort(-part.popularity(), kind="stable")[:7]
    assert little.rows.tolist() == part.rows[np.sort(popular)].tolist()
    for row in range(20):
        whole = part.rows[part.fit.row(row)].tolist()
        own = little.rows[little.fit.row(row)].tolist()
        assert own == [title for title in whole if title in little.rows]
    assert little.learned().shape == (20, 7)
    joined, places = little.everyone()
    assert joined.shape[1] == 7
    assert len(places) == len(part.profiles)


def test_a_library_is_warm_before_it_is_timed_and_what_it_raises_then_is_no_result(
    peers, splits, tmp_path
):
    part = splits.read(splits.written(tmp_path, "test", exam()))
    met = []

    def fit(given, *, size):
        met.append((len(given.rows), size))
        raise RuntimeError("too large")

    peers("worker").warm(fit, part, {"size": 3})
    assert met == [(len(splits.little(part).rows), 3)]


def test_our_best_is_chosen_on_the_validation_part_and_theirs_on_the_test(peers):
    result, entry, model = (
        peers("trials").Result,
        peers("trials").Entry,
        peers("adapters").Model(None, "ease", ""),
    )

    def found(library, name, validation, test):
        values = [result({}, 1.0, (1.0, 1.0), {"m": np.full(4, x)}) for x in (validation, test)]
        return entry(library, name, model), values[1], [values[0]]

    tested = {
        "ease": found("matinee", "ease", 0.5, 0.3),
        "ials": found("matinee", "ials", 0.4, 0.6),
        "theirs": found("other", "theirs", 0.5, 0.1),
        "others": found("other", "others", 0.4, 0.2),
    }
    said = peers("report").report(tested, np.arange(4), "m", {})
    assert [(one["ours"], one["peer"]) for one in said["best"]] == [("ease", "others")]


def test_the_driver_tunes_ours_tests_them_once_and_does_nothing_twice(repository, tmp_path):
    rng = np.random.default_rng(3)
    lines = ["userId,movieId,rating,timestamp"]
    lines += [
        f"{u},{2 * i + u % 2},5.0,{1_500_000_000 + 86_400 * int(rng.integers(300))}"
        for u in range(60)
        for i in rng.permutation(15)[:8]
    ]
    folder = tmp_path / "ratings"
    folder.mkdir()
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n")
    films = [f"{i},Film {i} (1999),Drama" for i in range(30)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n")
    command = [sys.executable, str(repository / "benchmarks" / "peers" / "run.py")]
    command += ["--data", str(folder), "--protocol", "leave-last"]
    command += ["--libraries", "", "--models", "popular,item_knn,ease,pure_svd,blend"]
    command += ["--trials", "2", "--cache", str(tmp_path / "c"), "--json", str(tmp_path / "o.json")]
    told = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told.append((tmp_path / "o.json").read_text())
    first, second = map(json.loads, told)
    assert first["models"] == second["models"]
    models = first["models"]
    assert [len(models[name]["trials"]) for name in ("popular", "ease", "blend")] == [2, 2, 2]
    assert models["ease"]["metrics"]["ndcg@10"] > models["popular"]["metrics"]["ndcg@10"]
    assert {name: one["failed"] for name, one in models.items() if one["failed"]} == {}
