"""Events as rows of numbers and back: the one layout that every event log keeps and hands out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.types import DEVICES, KINDS, ORIGINS, Event, Moment, Offset, Signals, mark
from matinee.types.event import FIRST_VERSION, SCHEMA_VERSION, TYPES, upcast
from matinee.types.moment import decode_moment

__all__ = [
    "AT",
    "DEVICE_CODES",
    "EVENT_ID",
    "Draft",
    "Names",
    "Row",
    "Shape",
    "blank",
    "code",
    "digest",
    "draft",
    "known_columns",
    "marks",
    "picked",
    "restore",
    "shape_of",
    "signals",
]

Row: TypeAlias = tuple[Any, ...]
"""profile, kind, title, episode, at, received, value, position, duration, watched, device,
tz_offset, origin, session, tile, unasked, event_id, rest. Rows and codes as in `Signals`, None
for NaN; `rest` is msgpack of the fields that no column carries whole, None if there are none."""

AT, EVENT_ID = 5, 17
"""Places in a row with its offset before it."""

_TYPES: tuple[type[np.generic], ...] = (
    np.int64,  # offset
    np.int32,
    np.uint8,
    np.int32,
    np.int32,
    np.int64,
    np.int64,
    np.float32,
    np.float32,
    np.float32,
    np.float32,
    np.int8,
    np.int16,
    np.uint8,
    np.int64,
    np.int64,
    np.bool_,
)
_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Signals))
_KINDS: Mapping[str, type[np.generic]] = dict(zip(_COLUMNS, _TYPES, strict=True))
_FEW_ROWS = 8
_CARRIED = {
    "event_id",
    "profile_id",
    "title_id",
    "episode_id",
    "at",
    "received",
    "origin",
    "device",
    "position_s",
    "duration_s",
    "watched_s",
}
_BY_ITSELF = ("autoplay", "auto")
_YEAR_9999 = 253_370_764_800_000
DEVICE_CODES: Mapping[str | None, int] = {None: -1} | {name: i for i, name in enumerate(DEVICES)}


def _dwell(event: Any) -> float | None:  # noqa: ANN401  (one of the kinds with a dwell time)
    return None if event.dwell_ms is None else event.dwell_ms / 1000


_VALUES: Mapping[str, Callable[[Any], float | None]] = {
    "rate": lambda event: event.value / event.max,
    "thumb": lambda event: event.value,
    "trailer_play": lambda event: event.watched_s,
    "hover": _dwell,
    "focus": _dwell,
    "details_open": _dwell,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of event is laid out."""

    kind: int
    value: Callable[[Any], float | None] | None
    position: bool
    duration: bool
    watched: bool
    rest: tuple[str, ...]
    """The fields that no column carries whole,"""
    defaults: tuple[Any, ...]
    """their defaults,"""
    said: Callable[[Any], tuple[Any, ...]]
    """and what an event says of them."""
    unasked: str | None
    """The field that says whether it happened by itself."""


def _shape(kind: type[Any]) -> Shape:
    name = kind.__struct_config__.tag
    fields = {field.name: field.default for field in msgspec.structs.fields(kind)}
    # A trailer is no play: what was watched of it is its value and counts nowhere else.
    carried = _CARRIED - {"watched_s"} if name == "trailer_play" else _CARRIED
    rest = tuple(field for field in fields if field not in carried)
    return Shape(
        kind=KINDS.index(name),
        value=_VALUES.get(name),
        position="position_s" in fields,
        duration="duration_s" in fields,
        watched="watched_s" in fields and "watched_s" in carried,
        rest=rest,
        # Where no version is kept it is the first one, whatever is the newest by then.
        defaults=tuple(
            FIRST_VERSION if field == "schema_version" else fields[field] for field in rest
        ),
        said=attrgetter(*rest),
        unasked=next((field for field in _BY_ITSELF if field in fields), None),
    )


def _moment(kind: type, value: Any) -> Any:  # noqa: ANN401  (msgspec's hook signature)
    """As `decode_moment`, with a short way for what every event has: this is the hot path."""
    if type(value) is int and 0 <= value <= _YEAR_9999:
        return Moment(value)
    return decode_moment(kind, value)


_SHAPES: Mapping[type[Any], Shape] = {kind: _shape(kind) for kind in Event.__args__}
_ENCODER = msgspec.msgpack.Encoder(enc_hook=int)
_DECODER: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event, dec_hook=_moment)


_BARE = (0, 0, False)


class Draft(msgspec.Struct, frozen=True, gc=False):
    """An event made ready for a log; nothing of it depends on what the log holds."""

    event: Event
    digest: bytes
    """The same for the same body: times in ms, defaults left out, before clamping. Logs keep
    it, so what it is made of never changes."""
    flaw: str
    """Why it cannot be an event; empty: it can."""
    numbers: tuple[int, float | None, float | None, float | None, float | None, int, int]
    """kind, value, position, duration, watched, device, tz_offset"""
    marks: tuple[int, int, bool]
    """session, tile, unasked"""
    rest: bytes | None


def draft(event: Event, *, decoded: bool = False) -> Draft:
    """Check an event against its schema and lay it out; `received` and `origin` are left out.

    Structs built in Python are not checked by msgspec, so this is the border for embedders. An
    event is not checked again if it is just as a decoder of `Event` returned it (`decoded`).
    """
    try:
        if event.received is not None or event.origin != "live":
            event = msgspec.structs.replace(event, received=None, origin="live")
        if not decoded:
            event = _DECODER.decode(_ENCODER.encode(event))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
        return Draft(event, b"", str(error), (0, None, None, None, None, -1, 0), _BARE, None)
    shape = _SHAPES[type(event)]
    said: Any = event
    others = shape.said(said)
    rest = None
    if others != shape.defaults:
        pairs = zip(shape.rest, others, shape.defaults, strict=True)
        rest = _ENCODER.encode({name: one for name, one, default in pairs if one != default})
    position = said.position_s if shape.position else None
    duration = said.duration_s if shape.duration else None
    watched = said.watched_s if shape.watched else None
    # Not the event's own encoding: that leaves out a default only where it is the same object.
    ids = (event.event_id, event.profile_id, event.title_id, event.episode_id)
    return Draft(
        event,
        digest(shape.kind, *ids, event.at, event.device, position, duration, watched, rest),
        "",
        (
            shape.kind,
            shape.value(said) if shape.value else None,
            position,
            duration,
            watched,
            DEVICE_CODES[event.device],
            event.tz_offset_min or 0,
        ),
        (
            mark(event.session_id),
            mark(event.token),
            bool(getattr(event, shape.unasked)) if shape.unasked else False,
        ),
        rest,
    )


def digest(*body: Any) -> bytes:  # noqa: ANN401  (what a body is made of, in its order)
    """Return what tells bodies apart: kind, ids, time, device, seconds and the rest, packed."""
    return blake2b(_ENCODER.encode(body), digest_size=8).digest()


def shape_of(kind: str) -> Shape:
    """Return how a kind of event is laid out."""
    return _SHAPES[TYPES[kind]]


def signals(rows: Iterable[Sequence[Any]]) -> Signals:
    """Turn (offset, *row) sequences into columns; what follows the first 17 places is ignored."""
    columns: Iterable[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(_TYPES)
    return Signals(*(np.array(column, kind) for column, kind in zip(columns, _TYPES, strict=False)))


def picked(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> Signals:
    """Turn rows that begin with these columns into signals; the other columns are blank."""
    count = len(rows)
    said: Mapping[str, NDArray[Any]] | NDArray[Any]
    if 0 < count <= _FEW_ROWS:  # one array is made sooner than many
        said = np.array([tuple(row[: len(columns)]) for row in rows], _layout(tuple(columns)))
    else:
        found = zip(columns, zip(*rows, strict=True), strict=False)
        said = {name: np.array(column, _KINDS[name]) for name, column in found}
    told = frozenset(columns) if count else ()
    return Signals(*(said[name] if name in told else blank(name, count) for name in _COLUMNS))


@lru_cache(maxsize=64)
def _layout(columns: tuple[str, ...]) -> np.dtype[np.void]:
    return np.dtype([(name, _KINDS[name]) for name in columns], align=True)


def known_columns(columns: Sequence[str]) -> Sequence[str]:
    """Return names of columns of signals.

    Raises:
        ValueError: there is no such column.
    """
    for name in columns:
        if name not in _COLUMNS:
            msg = f"no column called {name!r}; there are {', '.join(_COLUMNS)}"
            raise ValueError(msg)
    return columns


@lru_cache(maxsize=1024)
def blank(column: str, count: int) -> NDArray[Any]:
    """Return a column of signals that says nothing: a read-only view of one value."""
    kind = _KINDS[column]
    if column in ("titles", "episodes", "devices"):
        value: float = -1
    else:
        value = np.nan if kind is np.float32 else 0
    return np.broadcast_to(np.array(value, kind), count)


def marks(rest: bytes | None) -> tuple[int, int, bool]:
    """Return what a row's session, tile and unasked are, by what its `rest` says.

    For rows that an older version wrote, before there were columns for them.
    """
    said = msgspec.msgpack.decode(rest) if rest else {}
    return (
        mark(said.get("session_id")),
        mark(said.get("token")),
        any(said.get(field, False) for field in _BY_ITSELF),
    )


def code(kind: str) -> int:
    """Return the number that stands for a kind in columns.

    Raises:
        ValueError: there is no such kind.
    """
    try:
        return KINDS.index(kind)
    except ValueError:
        msg = f"no event kind called {kind!r}; there are {', '.join(KINDS)}"
        raise ValueError(msg) from None


class Names(NamedTuple):
    """The ids that a row's numbers stand for."""

    profile_id: str
    title_id: str | None
    episode_id: str | None


def restore(offset: Offset, row: Row, names: Names) -> tuple[Offset, Event]:
    """Rebuild a whole event from its row; `at` is as stored, after clamping."""
    _, kind, _, _, at, received, _, position, duration, watched, device, _, origin = row[:13]
    event_id, rest = row[16:]
    said: dict[str, Any] = {
        "kind": KINDS[kind],
        "event_id": event_id,
        "at": Moment(at),
        "received": Moment(received),
        "origin": ORIGINS[origin],
        "device": None if device < 0 else DEVICES[device],
        **names._asdict(),
        **(msgspec.msgpack.decode(rest) if rest else {}),
    }
    seconds = {"position_s": position, "duration_s": duration, "watched_s": watched}
    said |= {name: value for name, value in seconds.items() if value is not None}
    if said.get("schema_version", FIRST_VERSION) != SCHEMA_VERSION:
        said = upcast(said)
    return offset, msgspec.convert(said, TYPES[said["kind"]], dec_hook=decode_moment)
