"""The decision record: all that a later step needs of one served page, in a few kilobytes.

Columns in MessagePack, pressed by zlib at level 1. Numbers are laid out by byte plane, which
presses better. Reasons repeat: titles' names are cut out of causes and sentences, and both stand
in tables of their own; shares keep four places, scores 16 significant bits. The counter values
that sentences cite stand in the causes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import msgspec
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.service.pictures import Gallery
from matinee.service.queries import HomeQuery
from matinee.service.views import Rung
from matinee.types import BundleId, Cause, Choice, Line, Moment, Offset, Page, PageId, Reason, Row
from matinee.types.page import CauseKind, ReasonKind

__all__ = ["Decision", "pack", "unpack"]

_FORMAT = 1
_SUBJECT = "\0"  # stands for the name of a reason's first cause in its sentence
_SHARE = 10_000
_LONG = 5  # letters: shorter names stand inside other words

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
    kids: bool | None = None
    """The profile's protection when it was made; None: a record of before this was kept."""
    maturity: int | None = None
    """The highest minimum age that the profile allowed, in years; None: as above."""


class _RowRecord(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    key: str
    label: str
    value: float
    probability: float
    about: int
    size: int


class _Reasons(msgspec.Struct, frozen=True, array_like=True):
    """The reasons of all tiles, then those of the rows."""

    texts: list[tuple[ReasonKind, str]]
    causes: list[tuple[CauseKind, str, str, int | None, int | None]]
    text_of: bytes  # by reason
    counts: bytes  # causes by reason
    cause_of: bytes  # by cause
    shares: bytes  # by cause, in ten thousandths

    @classmethod
    def of(cls, reasons: Sequence[Reason]) -> _Reasons:
        """Lay reasons out; what a name can be looked up for is kept without it."""
        causes = [cause for reason in reasons for cause in reason.causes]
        texts: dict[tuple[ReasonKind, str], int] = {}
        known: dict[tuple[CauseKind, str, str, int | None, int | None], int] = {}
        text_of = [
            texts.setdefault((reason.kind, _without_subject(reason)), len(texts))
            for reason in reasons
        ]
        cause_of = [
            known.setdefault(
                (c.kind, c.id, "" if c.kind == "title" else c.name, c.count, c.days), len(known)
            )
            for c in causes
        ]
        shares = np.array([cause.share for cause in causes], np.float64) * _SHARE
        return cls(
            texts=list(texts),
            causes=list(known),
            text_of=_planes(np.array(text_of, np.uint16)),
            counts=bytes([len(reason.causes) for reason in reasons]),
            cause_of=_planes(np.array(cause_of, np.uint16)),
            shares=_planes(np.rint(shares).astype(np.uint16)),
        )

    def all(self, catalogue: Catalogue) -> Iterator[Reason]:
        """Return the reasons, titles named as they are now."""
        find, titles = catalogue.vocabulary.row, catalogue.titles
        names = [titles[find(c[1])].name if c[0] == "title" else c[2] for c in self.causes]
        shares = (_from_planes(self.shares, np.uint16) / _SHARE).tolist()
        which = _from_planes(self.cause_of, np.uint16).tolist()
        causes = (
            Cause(
                self.causes[one][0], self.causes[one][1], names[one], share, *self.causes[one][3:]
            )
            for one, share in zip(which, shares, strict=True)
        )
        texts = [self.texts[one] for one in _from_planes(self.text_of, np.uint16).tolist()]
        for (kind, text), count in zip(texts, self.counts, strict=True):
            own = tuple(islice(causes, count))
            yield Reason(kind, text.replace(_SUBJECT, own[0].name) if own else text, own)


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
    reasons: _Reasons
    kids: bool | None = None
    maturity: int | None = None


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Record)


def pack(decision: Decision, gallery: Gallery) -> bytes:
    """Return the record's bytes; `gallery` is of the catalogue that the page was made from."""
    rows = decision.page.rows
    titles = _joined([row.titles for row in rows], np.int32)
    tiles = titles.tolist()
    choices = [choice for row in rows for choice in row.artworks]
    usual = gallery.first
    reasons = [reason for row in rows for reason in row.reasons]
    reasons += [row.line.reason for row in rows]
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
        layout=decision.page.layout,
        source_names=decision.page.sources,
        rows=[_row_record(row) for row in rows],
        titles=_planes(titles),
        scores=_planes(_rounded(_joined([row.scores for row in rows], np.float32))),
        sources=_joined([row.sources for row in rows], np.int8).tobytes(),
        probability=_planes(_joined([row.probability for row in rows], np.float32)),
        artworks={
            place: choice.what
            for place, (choice, title) in enumerate(zip(choices, tiles, strict=True))
            if choice.what != usual[title]
        },
        artwork_probability=_planes(np.array([c.probability for c in choices], np.float32)),
        reasons=_Reasons.of(reasons),
        kids=decision.kids,
        maturity=decision.maturity,
    )
    return isal_zlib.compress(_ENCODER.encode(record), 1)


def unpack(packed: bytes, gallery: Gallery) -> Decision:
    """Return the decision of a record, with titles' names as they are now.

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
        page=Page(record.layout, tuple(_rows(record, gallery)), record.source_names),
        kids=record.kids,
        maturity=record.maturity,
    )


def _row_record(row: Row) -> _RowRecord:
    return _RowRecord(
        kind=row.line.kind,
        key=row.line.key,
        label=row.line.label,
        value=row.line.value,
        probability=row.row_probability,
        about=row.line.about,
        size=len(row.titles),
    )


def _rows(record: _Record, gallery: Gallery) -> Iterator[Row]:
    titles = _from_planes(record.titles, np.int32)
    scores = _from_planes(record.scores, np.float32)
    sources = np.frombuffer(record.sources, np.int8)
    probability = _from_planes(record.probability, np.float32)
    chances = _from_planes(record.artwork_probability, np.float32).tolist()
    tiles = titles.tolist()
    reasons = tuple(record.reasons.all(gallery.catalogue))
    artworks = tuple(
        Choice(record.artworks.get(place) or gallery.first[title], chance)
        for place, (title, chance) in enumerate(zip(tiles, chances, strict=True))
    )
    ends = np.cumsum([0, *(row.size for row in record.rows)]).tolist()
    of_rows = reasons[len(tiles) :]
    for row, reason, (start, stop) in zip(record.rows, of_rows, pairwise(ends), strict=True):
        yield Row(
            line=Line(
                kind=row.kind,
                key=row.key,
                label=row.label,
                reason=reason,
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


def _without_subject(reason: Reason) -> str:
    if not reason.causes or reason.causes[0].kind != "title":
        return reason.text
    name = reason.causes[0].name
    return reason.text.replace(name, _SUBJECT) if len(name) >= _LONG else reason.text


def _joined(columns: Sequence[Array], kind: type[np.generic]) -> Array:
    return np.concatenate([np.empty(0, kind), *columns]).astype(kind, copy=False)


def _rounded(scores: Array) -> Array:
    """Return float32 with an empty last byte, which presses to nothing: 2⁻¹⁷ off at most."""
    bits = scores.view(np.uint32)
    rounded: Array = ((bits + np.uint32(0x80)) & np.uint32(0xFFFFFF00)).view(np.float32)
    return rounded


def _planes(column: Array) -> bytes:
    """Return the first byte of every number, then the second of every number, and so on."""
    little = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
    return little.view(np.uint8).reshape(len(column), column.itemsize).T.tobytes()


def _from_planes(planes: bytes, kind: type[np.generic]) -> Array:
    width = np.dtype(kind).itemsize
    columns = np.frombuffer(planes, np.uint8).reshape(width, -1)
    return np.ascontiguousarray(columns.T).view(np.dtype(kind).newbyteorder("<")).ravel()
