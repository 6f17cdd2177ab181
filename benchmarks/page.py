"""How long one page of 15 × 40 takes in process, from the history to the last sentence.

    python benchmarks/page.py [--home .matinee] [--requests 300]

Without a home folder it imports the demo's ratings, the house catalogue and its sessions, and
trains, in a temporary folder kept between runs. Prints what a page costs, stage by stage, in
milliseconds: wall time, and the thread's own processor time (which a busy machine leaves alone).
Folding a history is timed beside it, cold, from the log.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the server's workers have it

import numpy as np

from matinee.data.readers import open_reader
from matinee.engine import Engine, EngineSettings
from matinee.features import Counters, Rewards, eligible, fold, fold_one, unseen
from matinee.models import TrainSettings
from matinee.page.evidence import with_evidence
from matinee.service.importing import import_data
from matinee.service.tokens import Signer
from matinee.simulation.demo import demo_sessions
from matinee.stores import Stores, open_stores
from matinee.training import train
from matinee.types import Moment, Request

NOW = Moment.parse("2026-11-22T18:00:00Z")
REWARDS = Rewards.default()


def furnished(home: Path) -> Stores:
    """Open a home, filling it first if it is empty."""
    stores = open_stores(home)
    if stores.bundles.live() is None:
        for name in ("small", "originals"):
            reader = open_reader(name, data_folder=None, cache=home / "cache")
            import_data(stores, reader, now=NOW)
        demo_sessions(stores, signer=Signer(bytes(32)), now=NOW, seed=1)
        train(stores, TrainSettings(), now=NOW, seed=1)
    return stores


def engine_of(stores: Stores) -> tuple[Engine, Counters]:
    """Return the live bundle's engine and the counters at the log's head."""
    catalogue = stores.catalogue.snapshot()
    live = stores.bundles.live()
    assert live is not None
    source = stores.bundles.load(live)["source"].with_titles(catalogue)
    counters, offset, more = Counters.empty(REWARDS), 0, True
    while more:
        tail = stores.log.tail(offset)
        counters = counters.fold(tail.signals, len(catalogue))
        offset, more = tail.next, tail.more
    return Engine.assemble(EngineSettings(), catalogue=catalogue, source=source), counters


def requests_of(stores: Stores, engine: Engine, count: int) -> list[Request]:
    """Return requests of profiles spread over all."""
    ids, catalogue = stores.profiles.ids(), engine.catalogue
    made = []
    for row in np.linspace(0, len(ids) - 1, min(count, len(ids))).astype(int).tolist():
        profile = stores.profiles.profile(ids[row])
        assert profile is not None
        signals = stores.log.history(ids[row])
        history = fold_one(signals, catalogue=catalogue, rewards=REWARDS)
        allowed = eligible(catalogue, profile=profile, history=history, at=NOW, country=None)
        fresh = unseen(catalogue, history)
        made.append(Request(history, allowed, fresh, at=NOW, seed=1, rows=15, columns=40))
    return made


def timed(what: str, call: Callable[[Any], object], cases: list[Any]) -> None:
    """Print quantiles of wall time, and the median of processor time."""
    for case in cases[:20]:
        call(case)
    walls, own = [], []
    for case in cases:
        wall, cpu = perf_counter(), thread_time()
        call(case)
        walls.append(1e3 * (perf_counter() - wall))
        own.append(1e3 * (thread_time() - cpu))
    p50, p90, p99 = np.percentile(walls, [50, 90, 99])
    print(
        f"{what:24} p50 {p50:6.2f}  p90 {p90:6.2f}  p99 {p99:6.2f}  cpu p50 {np.median(own):6.2f}"
    )


def stages(engine: Engine, counters: Counters, requests: list[Request]) -> None:
    """Time the whole page and each stage of it."""
    timed("page", lambda one: engine.pages([one], counters), requests)
    timed("  shelves", lambda one: engine.shelves([one], counters), requests)
    stocked = [(one, engine.shelves([one], counters)[0]) for one in requests]
    for maker in engine.makers:
        name = type(maker).__name__
        timed(f"  {name}", lambda pair, maker=maker: list(maker.lines(*pair)), stocked)
    lined = [(one, [ln for m in engine.makers for ln in m.lines(one, s)], s) for one, s in stocked]
    timed("  layout", lambda case: engine.layout.arrange(*case), lined)
    placed = [(engine.layout.arrange(*case), case[0], case[2].stock) for case in lined]
    timed("  evidence", lambda case: with_evidence(*case), placed)


def folds(stores: Stores, engine: Engine) -> None:
    """Time folding all profiles at once, and single ones from their signals."""
    signals = stores.log.scan(at=NOW, upto=stores.log.head())
    ids = stores.profiles.ids()
    several = {"catalogue": engine.catalogue, "rewards": REWARDS, "profiles": len(ids)}
    timed(f"fold of {len(signals):,}", lambda _: fold(signals, **several), [None] * 5)
    sizes = np.bincount(signals.profiles, minlength=len(ids))
    for least in (100, 1000):
        row = int(np.argmin(np.where(sizes >= least, sizes, sizes.max() + 1)))
        own = signals.take(signals.profiles == row)
        one = {"catalogue": engine.catalogue, "rewards": REWARDS}
        timed(f"fold_one of {len(own):,}", lambda own, one=one: fold_one(own, **one), [own] * 200)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "matinee-benchmarks" / "page"
    parser.add_argument("--home", type=Path, default=default)
    parser.add_argument("--requests", type=int, default=300)
    given = parser.parse_args()
    stores = furnished(given.home)
    engine, counters = engine_of(stores)
    requests = requests_of(stores, engine, given.requests)
    gc.collect()
    gc.freeze()  # as the server's workers do after loading
    sizes = [len(request.history) for request in requests]
    print(f"{len(engine.catalogue):,} titles, {len(requests)} requests of 15 × 40,", end=" ")
    print(f"histories of {int(np.median(sizes))} titles (median), {max(sizes)} (most); ms")
    stages(engine, counters, requests)
    folds(stores, engine)
    stores.close()


if __name__ == "__main__":
    main()
