"""What becomes of each event that is sent to a log: the rules that every log shares."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from matinee.stores.absorbing import Told, told_by
from matinee.stores.columns import Draft, Row
from matinee.stores.protocols import Outcome, OutcomeCode, Receipt, Rejected
from matinee.types import DAY_MS, KINDS, ORIGINS, Event, EventId, Moment, Origin
from matinee.types.event import ABOUT_A_TITLE, SCHEMA_VERSION, Rate, SearchClick
from matinee.types.moment import MINUTE_MS, encode_moment

__all__ = [
    "BODY_LIMIT",
    "REJECTED_LIMIT",
    "SEEN_DAYS",
    "SETTLED_EVENTS",
    "Known",
    "Seen",
    "Verdict",
    "judge",
    "named_in",
    "nonsense_of",
]

_ERASED = "its profile was erased; send no more of it"
TOO_OLD_MS = 30 * DAY_MS
AHEAD_MS = 5 * MINUTE_MS
SEEN_DAYS = 31
"""How long the id of a live event is remembered, by its `at` as sent: longer than it can come."""
SETTLED_EVENTS = 100_000
"""So many of the newest events' ids are kept whatever the clock says: it may have jumped."""
BODY_LIMIT = 64 * 1024
REJECTED_LIMIT = 10_000
"""How many rejected events are kept aside: the newest."""

Seen = tuple[str, bytes, int | None]
"""event id, digest, UTC day of `at` as sent (None: remembered for ever)"""


@dataclass(frozen=True, slots=True)
class Known:
    """What a log knows of the ids in some events."""

    seen: dict[str, bytes]
    """Digests by event id; `judge` adds those that it lets in."""
    profiles: Mapping[str, int]
    titles: Mapping[str, int]
    episodes: Mapping[str, tuple[int, int]]  # (episode row, title row)
    absorbed: Mapping[str, Told] = field(default_factory=dict)
    """What absorbed events say, by their id; they have no digest."""
    erased: Collection[str] = frozenset()
    """Profiles that were erased: of their events not even the refusal is kept."""


@dataclass(slots=True)
class Verdict:
    """The outcomes of one append, and what is to be written for it."""

    received: Moment
    outcomes: list[Outcome] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def receipt(self) -> Receipt:
        """What the caller gets."""
        return Receipt(self.received, tuple(self.outcomes))


def judge(
    drafts: Sequence[Draft],
    known: Known,
    *,
    received: Moment,
    origin: Origin,
    now: Moment | None = None,
) -> Verdict:
    """Say what becomes of each event, in order.

    The id is asked first, so that a late repeat is a duplicate and not `too_old`. How old an
    event is goes by `now` (None: `received`): after a clock that ran ahead has come back,
    `received` stays ahead, and what happens now is not old.
    """
    verdict = Verdict(received)
    live, way_in = origin == "live", ORIGINS.index(origin)
    for one in drafts:
        event = one.event
        if _of_erased(event, known.erased):
            verdict.outcomes.append(Outcome(_event_id(event), "erased", _ERASED))
            continue
        code, detail, title, episode = _code(
            one, known, now=received if now is None else now, origin=origin
        )
        verdict.outcomes.append(Outcome(_event_id(event), code, detail))
        if code == "duplicate":
            continue
        if code != "stored":
            verdict.rejected.append(Rejected(received, verdict.outcomes[-1], _body(event)))
            continue
        at = received if live and event.at > received + AHEAD_MS else event.at
        kind, value, position, duration, watched, device, tz_offset = one.numbers
        verdict.rows.append(
            (
                known.profiles[event.profile_id],
                kind,
                title,
                episode,
                int(at),
                int(received),
                value,
                position,
                duration,
                watched,
                device,
                tz_offset,
                way_in,
                *one.marks,
                event.event_id,
                one.rest,
            )
        )
        known.seen[event.event_id] = one.digest
        verdict.seen.append((event.event_id, one.digest, event.at // DAY_MS if live else None))
    return verdict


def _code(
    one: Draft, known: Known, *, now: Moment, origin: Origin
) -> tuple[OutcomeCode, str, int, int]:
    """Return the outcome with its detail, and the rows of title and episode (−1: none)."""
    event = one.event
    title = episode = -1
    code: OutcomeCode = "stored"
    detail = ""
    if one.flaw:
        code, detail = "invalid", one.flaw
    elif (same := _came_before(one, known)) is not None:
        code = "duplicate" if same else "conflict"
        if not same:
            detail = f"the id {event.event_id!r} came before with another body; use a new id"
    elif nonsense := nonsense_of(event, KINDS[one.numbers[0]]):
        code, detail = "invalid", nonsense
    elif event.profile_id not in known.profiles:
        code = "unknown_profile"
        detail = f"no profile {event.profile_id!r}; create it first"
    elif event.title_id is not None and event.title_id not in known.titles:
        code = "unknown_title"
        detail = f"no title {event.title_id!r} in the catalogue; add it first"
    else:
        if event.title_id is not None:
            title = known.titles[event.title_id]
        if event.episode_id is not None:
            episode, of = known.episodes.get(event.episode_id, (-1, -1))
            code, detail = _episode(event, title=title, of=of)
        if code == "stored" and origin == "live" and event.at < now - TOO_OLD_MS:
            code = "too_old"
            detail = (
                f"it happened at {event.at.iso}, more than 30 days before it came;"
                " import old events instead"
            )
    return code, detail, title, episode


def _came_before(one: Draft, known: Known) -> bool | None:
    """Return whether the id came with the same body; None: it is new."""
    digest = known.seen.get(one.event.event_id)
    if digest is not None:
        return digest == one.digest
    said = known.absorbed.get(one.event.event_id)
    return None if said is None else said == told_by(one)


def nonsense_of(event: Event, kind: str) -> str:
    """Return what fields that are right one by one cannot mean together; empty: nothing.

    Not part of the schema: events that were stored before this was asked must still be read.
    """
    if event.schema_version != SCHEMA_VERSION:
        return f"schema_version {event.schema_version} is not {SCHEMA_VERSION}; upcast it first"
    if event.title_id is None:
        if kind in ABOUT_A_TITLE:
            return f"{kind} needs a title_id"
        if isinstance(event, SearchClick) and event.entity == "title":
            return f"{kind} on a title needs a title_id"
    if isinstance(event, Rate) and event.value > event.max:
        return f"a rating of {event.value:g} out of {event.max:g}; value is at most max"
    return ""


def _episode(event: Event, *, title: int, of: int) -> tuple[OutcomeCode, str]:
    """Judge an event's episode, which belongs to the title row `of` (−1: unknown)."""
    if title < 0:
        return "invalid", f"the episode {event.episode_id!r} needs the title_id of its series"
    if of < 0:
        detail = f"no episode {event.episode_id!r} of title {event.title_id!r}; add it first"
        return "unknown_title", detail
    if of != title:
        detail = f"the episode {event.episode_id!r} is not of title {event.title_id!r}"
        return "unknown_title", f"{detail}; send the title that it belongs to"
    return "stored", ""


def named_in(drafts: Sequence[Draft]) -> set[str]:
    """Return the profiles that events say they are of; what is flawed may say anything."""
    said: list[object] = [one.event.profile_id for one in drafts]
    return {name for name in said if isinstance(name, str)}


def _of_erased(event: Event, erased: Collection[str]) -> bool:
    """Whether an event, flawed or not, says that it is of one of the erased profiles."""
    said: object = event.profile_id
    return isinstance(said, str) and said in erased


def _event_id(event: Event) -> EventId | None:
    said: object = event.event_id  # what is flawed may have an id of any type
    return EventId(said) if isinstance(said, str) else None


def _body(event: Event) -> bytes:
    try:
        return msgspec.json.encode(event, enc_hook=encode_moment)[:BODY_LIMIT]
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError):
        return repr(event).encode(errors="replace")[:BODY_LIMIT]
