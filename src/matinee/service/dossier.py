"""Everything that is held about one profile, in one document: for whoever it is about."""

from __future__ import annotations

from typing import Any

from matinee.data import Catalogue
from matinee.service.decisions import Decision, unpack
from matinee.service.errors import UnknownError
from matinee.service.pictures import Gallery
from matinee.service.queries import HomeQuery
from matinee.service.views import Rung, View
from matinee.stores import REJECTED_LIMIT, OutcomeCode, Stores, names_it
from matinee.types import Account, AccountId, Event, Moment, Profile, ProfileId, Row

__all__ = [
    "DecisionView",
    "DossierView",
    "PlacedRowView",
    "PlacedTitleView",
    "RejectedView",
    "dossier",
]

_BATCH = 10_000
_EVERY_PAGE = 2**31


class PlacedTitleView(View, frozen=True):
    """One tile of a page, as it was decided."""

    title_id: str
    score: float
    probability: float
    source: str | None
    reason: str
    artwork_id: str
    artwork_probability: float


class PlacedRowView(View, frozen=True):
    """One row of a page, as it was decided."""

    kind: str
    label: str
    reason: str
    probability: float
    titles: list[PlacedTitleView]


class DecisionView(View, frozen=True):
    """One page that was made: what was asked, and what was decided by what."""

    page_id: str
    request_id: str
    at: Moment
    query: HomeQuery
    seed: int
    offset: int
    catalogue_version: int
    bundle: str | None
    rung: Rung
    layout: str
    first_rank: int
    kids: bool | None
    maturity: int | None
    rows: list[PlacedRowView]


class RejectedView(View, frozen=True):
    """An event that was turned away, and why; `body` as it was sent."""

    received: Moment
    event_id: str | None
    code: OutcomeCode
    detail: str
    body: str


class DossierView(View, frozen=True):
    """A profile with its account, its events in the order in which they came, and its pages."""

    profile: Profile
    account: Account
    events: list[Event]
    rejected: list[RejectedView]
    decisions: list[DecisionView]


def dossier(stores: Stores, profile_id: ProfileId, gallery: Gallery) -> DossierView:
    """Return everything that is held about a profile.

    Raises:
        UnknownError: there is none of that id.
    """
    profile = stores.profiles.profile(profile_id)
    account = None
    if profile is not None:
        account = stores.profiles.account(AccountId(profile.account_id))
    if profile is None or account is None:
        msg = f"no profile {profile_id!r}; GET /v1/profiles lists them"
        raise UnknownError(msg)
    return DossierView(
        profile=profile,
        account=account,
        events=_events(stores, profile_id),
        rejected=_rejected(stores, profile_id),
        decisions=_decisions(stores, profile_id, gallery),
    )


def _events(stores: Stores, profile: ProfileId) -> list[Event]:
    found: list[Event] = []
    before = None
    while True:
        batch = stores.log.events(profile, limit=_BATCH, before=before)
        found += [event for _, event in batch]
        if len(batch) < _BATCH:
            return found[::-1]
        before = batch[-1][0]


def _rejected(stores: Stores, profile: ProfileId) -> list[RejectedView]:
    return [
        RejectedView(
            received=one.received,
            event_id=one.outcome.event_id,
            code=one.outcome.code,
            detail=one.outcome.detail,
            body=one.body.decode(errors="replace"),
        )
        for one in reversed(stores.log.rejected(limit=REJECTED_LIMIT))
        if names_it(one, profile)
    ]


def _decisions(stores: Stores, profile: ProfileId, gallery: Gallery) -> list[DecisionView]:
    views = []
    for page in reversed(stores.decisions.recent(profile, limit=_EVERY_PAGE)):
        record = stores.decisions.read(page)
        if record is not None:  # pruned in between
            views.append(_decision(page, unpack(record, gallery), gallery.catalogue))
    return views


def _decision(page: str, decision: Decision, catalogue: Catalogue) -> DecisionView:
    said: dict[str, Any] = {
        name: getattr(decision, name)
        for name in DecisionView.__struct_fields__
        if name not in ("page_id", "layout", "rows")
    }
    sources = decision.page.sources
    rows = [_row(row, sources, catalogue) for row in decision.page.rows]
    return DecisionView(page_id=page, layout=decision.page.layout, rows=rows, **said)


def _row(row: Row, sources: tuple[str, ...], catalogue: Catalogue) -> PlacedRowView:
    return PlacedRowView(
        kind=row.line.kind,
        label=row.line.label,
        reason=row.line.reason.text,
        probability=row.row_probability,
        titles=[
            PlacedTitleView(
                title_id=catalogue.vocabulary.name(title),
                score=score,
                probability=probability,
                source=sources[source] if 0 <= source < len(sources) else None,
                reason=reason.text,
                artwork_id=artwork.what,
                artwork_probability=artwork.probability,
            )
            for title, score, probability, source, reason, artwork in zip(
                row.titles.tolist(),
                row.scores.tolist(),
                row.probability.tolist(),
                row.sources.tolist(),
                row.reasons,
                row.artworks,
                strict=True,
            )
        ],
    )
