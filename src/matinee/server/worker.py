"""One worker process: it takes its order from standard input, and ends when that closes."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec

from matinee.server.app import create
from matinee.server.lines import log_lines
from matinee.server.order import Order
from matinee.service import Config, Matinee
from matinee.types import Moment

__all__ = [
    "clock",
    "run",
    "seeds",
]

_LAST_S = 10.0


def run() -> None:
    """Serve until told to stop, or until whoever started this is gone."""
    import uvicorn

    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    config = msgspec.convert(order.config, Config)
    log_lines()
    logging.getLogger("matinee.access").setLevel(logging.INFO)
    matinee = Matinee.open(Path(order.home), config)

    def answering() -> None:
        os.write(order.ready, b"1")
        os.close(order.ready)

    app = create(matinee, clock=clock, seeds=seeds, on_start=answering)
    matinee.catch_up()
    gc.collect()
    gc.freeze()  # what was loaded stays: no collection need look at it again
    settings = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=int(_LAST_S),
    )
    server = uvicorn.Server(settings)
    Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    with socket.socket(fileno=order.listener) as listener:
        server.run(sockets=[listener])


def clock() -> Moment:
    """Return the time now."""
    return Moment(time.time_ns() // 1_000_000)


def seeds() -> int:
    """Return a seed that nobody can foretell."""
    return secrets.randbits(63)


def _end_with_parent(server: Any) -> None:  # noqa: ANN401  (uvicorn is imported late)
    sys.stdin.buffer.read()  # returns when the last holder of the other end is gone
    server.should_exit = True
    time.sleep(_LAST_S + 2)
    os._exit(1)


if __name__ == "__main__":
    run()
