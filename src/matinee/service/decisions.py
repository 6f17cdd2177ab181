"""The decision record: all that a later step needs of one served page, in a few kilobytes.

Columns in MessagePack, pressed by zlib at level 1. Numbers are laid out by byte plane, which
presses better. Reasons repeat: a tile's own name is cut out of its sentence, shares stand apart,
and what is left is a small table. The counter values that sentences cite stand in the causes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.artwork import artwork_ids
from matinee.data import Catalogue
from matinee.service.queries import HomeQuery
from matinee.service.views import Rung
from matinee.types import BundleId, Cause, Choice, Line, Moment, Offset, Page, PageId, Reason, Row
from matinee.types.page import CauseKind, ReasonKind

__all__ = ["Decision", "pack", "unpack"]

_FORMAT = 1
_OWN = "\0"  # stands for a tile's own name in its reason's sentence
_LONG = 5  # letters: shorter names stand inside other words

Shape = tuple[ReasonKind, str, tuple[tuple[CauseKind, str, str, int | None, int | None], ...]]
"""A reason without its shares."""
Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What was asked, with what it was answered, and the answer."""

    page_id: PageId
    request_id: str
    query: HomeQuery
    at: Moment
    seed: int
    offset: Offset
    catalogue_version: int
    bundle: BundleId | None
    rung: Rung
    first_rank: int
    """0 for a page; for rows that were added to it, how many stood above them."""
    more: bool
    """Whether asking for further rows may give some."""
    page: Page


class _RowRecord(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    key: str
    label: str
    reason: Shape
    value: float
    probability: float
    about: int
    size: int


class _Record(msgspec.Struct, frozen=True, array_like=True):
    format: int
    page_id: str
    request_id: str
    query: HomeQuery
    at: int
    seed: int
    offset: int
    catalogue_version: int
    bundle: str | None
    rung: Rung
    first_rank: int
    more: bool
    layout: str
    source_names: tuple[str, ...]
    rows: list[_RowRecord]
    titles: bytes
    scores: bytes
    sources: bytes
    probability: bytes
    artworks: dict[int, str]  # by tile, where it is not the title's first
    artwork_probability: bytes
    reasons: list[Shape]
    reason_of: bytes
    shares: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Record)


def pack(decision: Decision, catalogue: Catalogue) -> bytes:
    """Return the record's bytes."""
    page = decision.page
    titles = _joined([row.titles for row in page.rows], np.int32)
    shares: list[float] = []
    table: dict[Shape, int] = {}
    own = (catalogue.titles[row].name for row in titles.tolist())
    reasons = (reason for row in page.rows for reason in row.reasons)
    reason_of = [
        table.setdefault(_shape(reason, shares, name), len(table))
        for reason, name in zip(reasons, own, strict=True)
    ]
    choices = [choice for row in page.rows for choice in row.artworks]
    record = _Record(
        format=_FORMAT,
        page_id=decision.page_id,
        request_id=decision.request_id,
        query=decision.query,
        at=int(decision.at),
        seed=decision.seed,
        offset=decision.offset,
        catalogue_version=decision.catalogue_version,
        bundle=decision.bundle,
        rung=decision.rung,
        first_rank=decision.first_rank,
        more=decision.more,
        layout=page.layout,
        source_names=page.sources,
        rows=[_row_record(row, shares) for row in page.rows],
        titles=_planes(titles),
        scores=_planes(_joined([row.scores for row in page.rows], np.float32)),
        sources=_joined([row.sources for row in page.rows], np.int8).tobytes(),
        probability=_planes(_joined([row.probability for row in page.rows], np.float32)),
        artworks={
            tile: choice.what
            for tile, (choice, title) in enumerate(zip(choices, titles.tolist(), strict=True))
            if choice.what != artwork_ids(catalogue.titles[title])[0]
        },
        artwork_probability=_planes(np.array([c.probability for c in choices], np.float32)),
        reasons=list(table),
        reason_of=_planes(np.array(reason_of, np.uint16)),
        shares=_planes(np.array(shares, np.float32)),
    )
    return zlib.compress(_ENCODER.encode(record), 1)


def unpack(packed: bytes, catalogue: Catalogue) -> Decision:
    """Return the decision of a record, with titles' names as the catalogue has them now.

    Raises:
        ValueError: the record is damaged or of another format.
    """
    try:
        record = _DECODER.decode(zlib.decompress(packed))
    except (zlib.error, msgspec.DecodeError) as error:
        msg = f"a decision record is damaged: {error}"
        raise ValueError(msg) from None
    if record.format != _FORMAT:
        msg = f"a decision record has format {record.format}; this version reads {_FORMAT}"
        raise ValueError(msg)
    return Decision(
        page_id=PageId(record.page_id),
        request_id=record.request_id,
        query=record.query,
        at=Moment(record.at),
        seed=record.seed,
        offset=record.offset,
        catalogue_version=record.catalogue_version,
        bundle=None if record.bundle is None else BundleId(record.bundle),
        rung=record.rung,
        first_rank=record.first_rank,
        more=record.more,
        page=Page(record.layout, tuple(_rows(record, catalogue)), record.source_names),
    )


def _row_record(row: Row, shares: list[float]) -> _RowRecord:
    return _RowRecord(
        kind=row.line.kind,
        key=row.line.key,
        label=row.line.label,
        reason=_shape(row.line.reason, shares),
        value=row.line.value,
        probability=row.row_probability,
        about=row.line.about,
        size=len(row.titles),
    )


def _rows(record: _Record, catalogue: Catalogue) -> Iterator[Row]:
    titles = _from_planes(record.titles, np.int32)
    scores = _from_planes(record.scores, np.float32)
    sources = np.frombuffer(record.sources, np.int8)
    probability = _from_planes(record.probability, np.float32)
    chances = _from_planes(record.artwork_probability, np.float32).tolist()
    shares = iter(_from_planes(record.shares, np.float32).tolist())
    known = [catalogue.titles[title] for title in titles.tolist()]
    reasons = tuple(
        _reason(record.reasons[which], shares, title.name)
        for which, title in zip(_from_planes(record.reason_of, np.uint16), known, strict=True)
    )
    artworks = tuple(
        Choice(record.artworks.get(tile) or artwork_ids(title)[0], chance)
        for tile, (title, chance) in enumerate(zip(known, chances, strict=True))
    )
    ends = np.cumsum([0, *(row.size for row in record.rows)]).tolist()
    for row, (start, stop) in zip(record.rows, pairwise(ends), strict=True):
        yield Row(
            line=Line(
                kind=row.kind,
                key=row.key,
                label=row.label,
                reason=_reason(row.reason, shares),
                titles=titles[start:stop],
                value=row.value,
                family=row.kind,
                about=row.about,
            ),
            titles=titles[start:stop],
            scores=scores[start:stop],
            probability=probability[start:stop],
            row_probability=row.probability,
            reasons=reasons[start:stop],
            artworks=artworks[start:stop],
            sources=sources[start:stop],
        )


def _shape(reason: Reason, shares: list[float], own: str = "") -> Shape:
    shares += [cause.share for cause in reason.causes]
    return (
        reason.kind,
        reason.text.replace(own, _OWN) if len(own) >= _LONG else reason.text,
        tuple([(c.kind, c.id, c.name, c.count, c.days) for c in reason.causes]),
    )


def _reason(shape: Shape, shares: Iterator[float], own: str = "") -> Reason:
    kind, text, causes = shape
    return Reason(
        kind,
        text.replace(_OWN, own),
        tuple([Cause(k, i, name, next(shares), n, days) for k, i, name, n, days in causes]),
    )


def _joined(columns: Sequence[Array], kind: type[np.generic]) -> Array:
    return np.concatenate([np.empty(0, kind), *columns]).astype(kind, copy=False)


def _planes(column: Array) -> bytes:
    """Return the first byte of every number, then the second of every number, and so on."""
    little = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
    return little.view(np.uint8).reshape(len(column), column.itemsize).T.tobytes()


def _from_planes(planes: bytes, kind: type[np.generic]) -> Array:
    width = np.dtype(kind).itemsize
    columns = np.frombuffer(planes, np.uint8).reshape(width, -1)
    return np.ascontiguousarray(columns.T).view(np.dtype(kind).newbyteorder("<")).ravel()
