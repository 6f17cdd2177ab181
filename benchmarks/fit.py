"""How fast recipes are fitted, by each kernel, and how fast one viewer's 20 best are found.

    MATINEE_DATA=… python benchmarks/fit.py --data ml-1m

Likes of the `strong` protocol's training part; quality is NDCG@100 of its validation part, so that
speeds of models that are not equally good are not compared. Every fit is timed after one that
compiles; the better of two runs counts. Requests are those nearest to 150 known likes, one at a
time; their time includes masking and ranking. On a busy machine the processor's time says more.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import gettempdir
from time import perf_counter, process_time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the server's workers have it

import numpy as np

from matinee.data import Backdrop, Exam
from matinee.data.readers import open_reader
from matinee.data.splits import request_for
from matinee.evaluation import judge, ranked
from matinee.evaluation.loading import load as read
from matinee.models import best, recipe
from matinee.models.kernels import compiled
from matinee.parts import Recipe, Source, load

MODELS: dict[str, Any] = {
    "ials": {"factors": 64, "iterations": 15},
    "bpr": {"factors": 64, "epochs": 10, "rate": 0.02},
    "item_knn": {},
    "ease": {},
    "edlae": {},
}
BY_KERNEL = ("ials", "bpr", "item_knn")
ALONE = ("ease", "edlae", "ials", "item_knn")
RUNS = 2
REQUESTS = 200


def exam_of(name: str) -> Exam:
    folder = os.environ.get("MATINEE_DATA")
    cache = Path(gettempdir()) / "matinee-benchmarks"
    data_folder = Path(folder) if folder else None
    data = read(open_reader(name, data_folder=data_folder, cache=cache))
    cut = load("protocol", "strong")().cut(data, part="validation", rng=np.random.default_rng(0))
    [exam] = cut
    return exam


def fitted(model: Recipe[Source], exam: Exam) -> tuple[Source, float, float]:
    """Return the model with the wall and processor seconds of the better run."""
    taken = []
    for _ in range(RUNS + 1):
        wall, cpu = perf_counter(), process_time()
        source = model.fit(exam.fit, np.random.default_rng(0))
        taken.append((perf_counter() - wall, process_time() - cpu))
    return source, *min(taken[1:])


def fits(exam: Exam) -> None:
    ndcg = {"ndcg": load("metric", "ndcg")(k=100)}
    popularity = Backdrop.of(exam.fit).popularity
    print("| model | settings | kernel | fit s | processor s | NDCG@100 |")
    print("|---|---|---|---|---|---|")
    for name, settings in MODELS.items():
        forms = ["numba"] * compiled("auto") + ["numpy"] if name in BY_KERNEL else ["–"]
        for form in forms:
            model = recipe({name: settings | ({"kernel": form} if name in BY_KERNEL else {})})
            source, wall, cpu = fitted(model, exam)
            shown = ranked(source, exam.requests, 100, popularity=popularity)
            quality = float(np.nanmean(judge(shown, exam.wanted, ndcg)["ndcg"]))
            said = ", ".join(f"{key} {value}" for key, value in settings.items()) or "defaults"
            print(
                f"| {name} | {said} | {form} | {wall:.2f} | {cpu:.2f} | {quality:.4f} |", flush=True
            )


def alone(exam: Exam) -> None:
    """Time the 20 best of viewers with about 150 likes."""
    histories, titles = exam.fit.histories, len(exam.fit.catalogue)
    rows = np.argsort(np.abs(np.diff(histories.indptr) - 150), kind="stable")[:REQUESTS].tolist()
    requests = [request_for(histories[row], titles=titles, at=exam.fit.at) for row in rows]
    popularity = Backdrop.of(exam.fit).popularity
    print(
        f"\n| model, top 20 of {titles:,} titles, 150 likes | p50 ms | p99 ms | cpu p50 | cpu p99 |"
    )
    print("|---|---|---|---|---|")
    for name in ALONE:
        source = recipe(name).fit(exam.fit, np.random.default_rng(0))
        taken = []
        for request in [*requests[:20], *requests, *requests]:
            wall, cpu = perf_counter(), process_time()
            scores = source.scores([request])
            allowed = request.eligible & request.unseen
            best(scores, 20, allowed=allowed[None], popularity=popularity)
            taken.append((1000 * (perf_counter() - wall), 1000 * (process_time() - cpu)))
        walls, cpus = (np.quantile(times[20:], (0.5, 0.99)) for times in zip(*taken, strict=True))
        said = " | ".join(f"{ms:.3f}" for ms in (*walls, *cpus))
        print(f"| {name} | {said} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", default="small", help="small, ml-1m, or a path")
    exam = exam_of(parser.parse_args().data)
    print(f"{int(exam.fit.liked().nnz):,} likes of {len(exam.fit.profiles):,} profiles; "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    fits(exam)
    alone(exam)


if __name__ == "__main__":
    main()
