"""Counts and times for Prometheus, right for any number of worker processes.

With `PROMETHEUS_MULTIPROC_DIR` set, as `serving` does for its workers, each process writes its
numbers to files of that folder and whichever worker is scraped adds them all up.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = ["FOLDER", "MEDIA_TYPE", "Metrics"]

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.04, 0.075, 0.15, 0.3, 1.0, 3.0)


class Metrics:
    """One process's numbers."""

    def __init__(self) -> None:
        """Start at zero, in a registry of their own."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "matinee_requests_total",
            "Requests answered",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "matinee_request_seconds",
            "Seconds from a request to the end of its answer",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._events = Counter(
            "matinee_events_total", "Events received", ["outcome"], registry=self._registry
        )
        self._pages = Counter(
            "matinee_pages_total", "Pages made, by rung", ["rung"], registry=self._registry
        )
        self._plays = Gauge(
            "matinee_recent_plays",
            "Plays among the newest events, counted every hour",
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )
        self._unattributed = Gauge(
            "matinee_unattributed_plays",
            "Those of the recent plays that nothing is known to have led to",
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def events(self, *, stored: int, duplicates: int, rejected: int) -> None:
        """Count a batch's events by what became of them."""
        self._events.labels("stored").inc(stored)
        self._events.labels("duplicate").inc(duplicates)
        self._events.labels("rejected").inc(rejected)

    def page(self, rung: str) -> None:
        """Count a page."""
        self._pages.labels(rung).inc()

    def credited(self, *, plays: int, unattributed: int) -> None:
        """Say how many plays there were lately, and of how many nobody knows where from."""
        self._plays.set(plays)
        self._unattributed.set(unattributed)

    def text(self) -> bytes:
        """Return all processes' numbers in Prometheus's text form."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library has no types
        return generate_latest(together)
