"""Expected rewards against "missing = 0" at 1, 3, 7 and 28 days: on known truth, or a data folder.

    python benchmarks/delayed.py
    python benchmarks/delayed.py --home .matinee --final-days 6 --ages 0.25 1 3

Without a folder the log is generated, so that what finally came of each exposure is known. A
folder's log is cut in time: the first 60 % of what is old enough to be final teaches, the rest
is judged.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
from msgspec.structs import replace

from matinee.cli.clock import now
from matinee.data import Catalogue
from matinee.features import Rewards
from matinee.stores import open_stores
from matinee.testing.delays import delayed_world
from matinee.training.delayed import Delayed
from matinee.training.hindsight import AtAge, hindsight
from matinee.training.labels import known_signals
from matinee.types import DAY_MS, Moment, Signals


def main() -> None:
    """Print the table."""
    said = _arguments()
    rewards = Rewards.chosen(said.rewards)
    rewards = replace(rewards, labels=replace(rewards.labels, final_days=said.final_days))
    final_ms = int(said.final_days * DAY_MS)
    if said.home is None:
        world = delayed_world(seed=said.seed, profiles=said.profiles, days=300)
        signals, catalogue, end = world.signals, world.catalogue, Moment(world.end - final_ms)
        since = Moment(end - 60 * DAY_MS)
        teach = since
    else:
        signals, catalogue = _of(said.home)
        first, end = int(signals.at.min()), Moment(signals.at.max() - final_ms)
        since = Moment(first + round(0.6 * (end - first)))
        teach = Moment(since + final_ms)  # what began before `since` is final then
    rng = np.random.default_rng(said.seed)
    started = perf_counter()
    recipe = Delayed(ages=tuple(sorted({0.25, *said.ages, 14.0})))
    fitted = recipe.fit(signals, catalogue=catalogue, rewards=rewards, at=teach, rng=rng)
    took = perf_counter() - started
    table = hindsight(
        signals, fitted, catalogue=catalogue, since=since, until=end, ages=said.ages, rng=rng
    )
    print(f"{len(signals):,} events; rewards {said.rewards}, final after {said.final_days:g} days")
    print(f"fitted in {took:.1f} s at ages {fitted.ages.tolist()}; {table[0].n:,} examples judged")
    _show(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a data folder, in place of a generated log")
    parser.add_argument("--rewards", default="v1")
    parser.add_argument("--final-days", type=float, default=56.0)
    parser.add_argument("--ages", type=float, nargs="+", default=[1.0, 3.0, 7.0, 28.0])
    parser.add_argument("--profiles", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20_261_122)
    return parser.parse_args()


def _of(home: Path) -> tuple[Signals, Catalogue]:
    """Return a folder's events but for imports: those are ratings that nothing had shown."""
    stores = open_stores(home)
    try:
        at = now()
        known = known_signals(stores.log.scan(at=at, upto=stores.log.head()), at=at)
        return known.take(known.origins != 1), stores.catalogue.snapshot()
    finally:
        stores.close()


def _show(table: list[AtAge]) -> None:
    print(f"{'age':>6} {'waiting':>8} {'MSE missing=0':>14} {'MSE imputed':>12}", end="")
    print(f" {'gain [95 %]':>28} {'bias':>16} {'calibration':>16}")
    for one in table:
        gain = f"{one.gain:.4f} [{one.low:.4f}, {one.high:.4f}]"
        bias = f"{one.missing_bias:+.3f} → {one.imputed_bias:+.3f}"
        calibrated = f"{one.missing_calibration:.3f} → {one.imputed_calibration:.3f}"
        print(
            f"{one.age_days:5g}d {one.waiting:8,} {one.missing:14.4f} {one.imputed:12.4f}"
            f" {gain:>28} {bias:>16} {calibrated:>16}"
        )


if __name__ == "__main__":
    main()
