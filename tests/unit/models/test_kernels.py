"""Compiled kernels do what their twins in numpy do, and nothing needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Lock

import numpy as np
import pytest

from matinee.data.frozen import pack
from matinee.models.kernels import compiled
from matinee.models.kernels.threads import shared_out
from matinee.models.sources.bpr import BPR
from matinee.models.sources.ease import EASE
from matinee.models.sources.ials import IALS
from matinee.models.sources.item_knn import ItemKNN
from matinee.parts import Recipe, Source
from matinee.testing.checkerboard import dataset_of, history_of, rated, request_of

WITHOUT = """
import sys
sys.modules["numba"] = None  # as if it were not installed
import numpy as np
from matinee.models.sources.ease import EASE
from matinee.models.sources.ials import IALS
from matinee.models.sources.item_knn import ItemKNN
from matinee.parts import Recipe, Source
from matinee.testing.checkerboard import checkerboard
IALS(factors=2, iterations=1).fit(checkerboard(), np.random.default_rng(0))
IALS(kernel="numba").fit(checkerboard(), np.random.default_rng(0))
"""


def test_without_numba_models_are_fitted_by_numpy_unless_numba_is_asked_for() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    said = "kernel is 'numba', which is not installed; install matinee[fast], or say 'auto'"
    assert ran.stderr.splitlines()[-1] == f"ValueError: {said}"


def test_numba_is_taken_where_it_is_installed_and_not_forbidden() -> None:
    assert [compiled(kernel) for kernel in ("auto", "numba", "numpy")] == [True, True, False]


def test_a_kernel_of_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="kernel is 'cuda'; it must be one of auto, numba, numpy"):
        compiled("cuda")  # type: ignore[arg-type]  # as a caller without a type checker may


def test_blocks_of_factors_are_improved_alike() -> None:
    """Thirteen factors in blocks of 4: the last is not full."""
    asked = request_of(history_of([0, 3, 4, 9]), titles=40)
    one, other = (
        IALS(factors=13, iterations=3, l2=0.01, block=4, kernel=kernel)
        .fit(rated(seed=1), np.random.default_rng(0))
        .scores([asked])
        for kernel in ("numba", "numpy")
    )
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_many_steps_by_blocks_end_where_exact_steps_do() -> None:
    asked = request_of(history_of([0, 3, 4, 9]), titles=40)
    ends = [
        IALS(factors=4, iterations=300, l2=0.02, block=block)
        .fit(rated(seed=1), np.random.default_rng(0))
        .scores([asked])
        for block in (2, 4)
    ]
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-2, atol=1e-3)


def test_bpr_climbs_alike() -> None:
    asked = request_of(history_of([0, 3, 4, 9]), titles=40)
    one, other = (
        BPR(factors=4, epochs=3, rate=0.01, kernel=kernel)
        .fit(rated(seed=1), np.random.default_rng(0))
        .scores([asked])
        for kernel in ("numba", "numpy")
    )
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 3], [50_000, 1, 0, 90_000, 7, 30_000] * 9])
def test_every_line_is_given_out_once(counts: list[int]) -> None:
    given, lock = np.zeros(len(counts), np.int64), Lock()

    def work(start: int, stop: int) -> None:
        with lock:
            given[start:stop] += 1

    shared_out(work, np.cumsum([0, *counts]))
    assert given.tolist() == [1] * len(counts)


@pytest.mark.parametrize(
    "recipe",
    [
        ItemKNN(neighbours=20, kernel="numba"),
        IALS(factors=8, iterations=2, kernel="numba"),
        EASE(form="sparse", neighbours=20, kernel="numba"),
    ],
)
def test_a_model_is_the_same_to_the_last_bit_however_many_threads_fit_it(
    recipe: Recipe[Source],
) -> None:
    drawn = np.random.default_rng(2)
    rows = [np.sort(drawn.choice(300, 50, replace=False)).tolist() for _ in range(1000)]
    data = dataset_of([history_of(each) for each in rows], titles=300)
    mine = os.sched_getaffinity(0)
    many = pack(recipe.fit(data, np.random.default_rng(0)))[0]
    try:
        os.sched_setaffinity(0, {min(mine)})  # of this thread alone
        one = pack(recipe.fit(data, np.random.default_rng(0)))[0]
    finally:
        os.sched_setaffinity(0, mine)
    assert {name: array.tobytes() for name, array in one.items()} == {
        name: array.tobytes() for name, array in many.items()
    }


def test_a_mistake_on_a_thread_reaches_the_caller() -> None:
    def work(start: int, stop: int) -> None:
        msg = f"no {start} to {stop}"
        raise ArithmeticError(msg)

    with pytest.raises(ArithmeticError, match="no 0 to"):
        shared_out(work, np.arange(0, 900_000, 100))


def test_profiles_who_like_nothing_or_all_are_fitted_too() -> None:
    everything = history_of(list(range(30)))
    data = dataset_of([everything, history_of([]), everything, history_of([4])], titles=31)
    for kernel in ("numba", "numpy"):
        fitted = IALS(factors=3, iterations=2, kernel=kernel).fit(data, np.random.default_rng(0))
        assert np.isfinite(fitted.scores([request_of(everything, titles=31)])[0, :30]).all()
