"""The comparison with other libraries: its driver, run on our models alone, without a network."""

from __future__ import annotations

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


@pytest.fixture
def splits(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / "benchmarks" / "peers"))
    import splits

    yield splits
    del sys.modules["splits"]


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
