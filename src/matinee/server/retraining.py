"""One look at whether a training is due, in a niced process of its own, and the training if so.

It takes its order from standard input, as a worker does, and ends when that closes. When it is due
is told by up to when the newest bundle knows, and by nothing that a restart could lose.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from threading import Thread

import msgspec

from matinee.models import TrainSettings
from matinee.server.attempts import Look
from matinee.server.lines import log_lines
from matinee.service import Config
from matinee.stores import Stores, open_stores
from matinee.stores.ages import by_age
from matinee.training import retrain, sole_training
from matinee.types import Moment

__all__ = ["look", "rest_after", "run"]

_BUSY_S = 60.0  # until the next look where another training runs
_NICE = 10

_log = logging.getLogger("matinee.training")


def look(stores: Stores, settings: TrainSettings, *, home: Path, now: Moment) -> Look:
    """Train if the newest bundle is as old as the settings say, and there is something new.

    Raises:
        BlockingIOError: another process trains.
        LookupError, ValueError: it cannot be trained.
    """
    every = float(settings.every_s)
    held = by_age(stores.bundles)
    if held:
        at, newest, manifest = held[-1]
        left = every - (now - at) / 1000
        if left > 0:
            return Look(again_s=left, said=f"{newest} is not {settings.every} old yet")
        data = manifest.get("data", {})
        known = (data.get("upto"), data.get("catalogue_version"))
        if known == (stores.log.head(), stores.catalogue.version()):
            return Look(again_s=every, said=f"nothing new since {newest}")
    with sole_training(home):
        trained = retrain(stores, settings, now=now, seed=int(now) % 2**31, home=home)
    did = "is live" if trained.live else "is held back"
    return Look(
        again_s=every,
        said=f"{trained.bundle} {did}: {trained.verdict.why}",
        bundle=trained.bundle,
        live=trained.live,
    )


def rest_after(took: float, *, every: float) -> float:
    """Return the seconds from the end of a training until the next is due, `every` from its start.

    One that takes long is followed by a rest as long, or of `every` if that is less.
    """
    return max(every - took, min(every, took))


def run() -> None:
    """Look once; the outcome goes to standard output as JSON, words for people to the log."""
    os.nice(_NICE)
    log_lines()
    _log.setLevel(logging.INFO)
    order = msgspec.json.decode(sys.stdin.buffer.readline())
    Thread(target=_end_with_parent, daemon=True).start()
    config = msgspec.convert(order["config"], Config)
    home = Path(order["home"])
    stores, started = open_stores(home), time.monotonic()
    try:
        now = Moment(time.time_ns() // 1_000_000)
        found = look(stores, config.train, home=home, now=now)
        if found.bundle is not None:
            again_s = rest_after(time.monotonic() - started, every=found.again_s)
            found = msgspec.structs.replace(found, again_s=again_s)
        _log.info(found.said)
    except BlockingIOError as error:
        found = Look(again_s=_BUSY_S, said=str(error))
        _log.info(found.said)
    except Exception as error:  # noqa: BLE001  (whatever it is, the next one is still due)
        said = f"cannot train: {type(error).__name__}: {error}"
        found = Look(again_s=float(config.train.every_s), said=said, failed=True)
        _log.exception("the scheduled training failed")
    finally:
        stores.close()
    sys.stdout.buffer.write(msgspec.json.encode(found))


def _end_with_parent() -> None:
    """End with whoever started this: what is not saved yet is of no use to anybody."""
    sys.stdin.buffer.read()  # returns when the last holder of the other end is gone
    os._exit(1)


if __name__ == "__main__":
    run()
