"""`matinee events`: count the log, look at its newest events and at what was turned away."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.stores import EventLog

__all__ = ["COMMANDS", "count", "credit", "rejected", "schema", "tail"]

_SHOWN = ("offsets", "at", "kinds", "profiles", "titles")

Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="At most so many.")]


def count(*, home: Home = HOME, json: Json = None) -> None:
    """Count the events of each kind."""
    import numpy as np

    from matinee.cli.homes import opened
    from matinee.types import KINDS

    screen = Screen(json)
    totals = np.zeros(len(KINDS), np.int64)
    with opened(home) as stores:
        offset, more = 0, True
        while more:
            tail = stores.log.tail(offset, columns=("kinds",))
            totals += np.bincount(tail.signals.kinds, minlength=len(KINDS))
            offset, more = tail.next, tail.more
    kinds = {kind: int(total) for kind, total in zip(KINDS, totals, strict=True) if total}
    screen.table(["kind", "events"], [*kinds.items(), ("all", sum(kinds.values()))])
    screen.report({"events": sum(kinds.values()), "kinds": kinds})


def tail(*, limit: Limit = 20, home: Home = HOME, json: Json = None) -> None:
    """Show the newest events of the log, oldest of them first."""
    from matinee.cli.homes import opened
    from matinee.types import KINDS, Moment

    screen = Screen(json)
    with opened(home) as stores:
        newest = _newest(stores.log, limit)
        profiles, catalogue = stores.profiles.ids(), stores.catalogue.snapshot()
    lines = [
        {
            "offset": offset,
            "at": Moment(at).iso,
            "kind": KINDS[kind],
            "profile_id": profiles[profile],
            "title_id": catalogue.vocabulary.name(title) if title >= 0 else None,
        }
        for offset, at, kind, profile, title in newest
    ]
    screen.table(
        ["offset", "at", "kind", "profile", "title"], [list(line.values()) for line in lines]
    )
    screen.report({"events": lines})


def credit(*, home: Home = HOME, json: Json = None) -> None:
    """Count the plays by where they came from, and the share of which nothing says."""
    from matinee.cli.clock import now
    from matinee.cli.homes import opened
    from matinee.cli.settings import configuration
    from matinee.features import Rewards
    from matinee.service.crediting import credited
    from matinee.service.secret import signing_key
    from matinee.service.tokens import Signer

    screen = Screen(json)
    rewards = Rewards.chosen(configuration(home).train.rewards, home=home)
    with opened(home) as stores:
        _, found = credited(stores, Signer(signing_key(home)), at=now(), rewards=rewards)
    sources, inferred = found.counts(), int(found.inferred.sum())
    screen.table(["came from", "plays"], [*sources.items(), ("all", len(found))])
    screen.say(f"unattributed: {found.unattributed_share:.1%}; inferred: {inferred:,}")
    screen.report(
        {
            "plays": len(found),
            "sources": sources,
            "inferred": inferred,
            "unattributed_share": found.unattributed_share,
        }
    )


def rejected(*, limit: Limit = 20, home: Home = HOME, json: Json = None) -> None:
    """Show the newest events that were turned away, and why."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        kept = stores.log.rejected(limit=limit)
    lines = [
        {
            "received": one.received.iso,
            "event_id": one.outcome.event_id,
            "code": one.outcome.code,
            "detail": one.outcome.detail,
            "body": one.body.decode(errors="replace"),
        }
        for one in kept
    ]
    if lines:
        screen.table(
            ["received", "event", "code", "why"], [list(line.values())[:4] for line in lines]
        )
    else:
        screen.say("nothing was turned away")
    screen.report({"rejected": lines})


def schema(*, home: Home = HOME, json: Json = None) -> None:  # noqa: ARG001  (as every command)
    """Show the JSON Schema of all kinds of events, as GET /v1/events/schema does."""
    import msgspec

    from matinee.server.openapi import event_schema

    said = event_schema()
    screen = Screen(json)
    if json != "-":
        screen.say(msgspec.json.format(msgspec.json.encode(said), indent=2).decode())
    screen.report({"schema": said})


def _newest(log: EventLog, limit: int) -> deque[tuple[int, int, int, int, int]]:
    """Read the end of the log: twice as far back as long as deletions left too few in it."""
    head, back = log.head(), limit
    while True:
        kept: deque[tuple[int, int, int, int, int]] = deque(maxlen=limit)
        offset, more = max(head - back, 0), True
        while more:
            page = log.tail(offset, columns=_SHOWN)
            shown = (getattr(page.signals, name)[-limit:].tolist() for name in _SHOWN)
            kept.extend(zip(*shown, strict=True))
            offset, more = page.next, page.more
        if len(kept) == limit or back >= head:
            return kept
        back *= 2


COMMANDS: Mapping[str, Callable[..., None]] = {
    "count": count,
    "credit": credit,
    "tail": tail,
    "rejected": rejected,
    "schema": schema,
}
