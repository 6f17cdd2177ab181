"""Pages: made, read again, made longer."""

from __future__ import annotations

from http import HTTPStatus

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery
from matinee.server.problems import ProblemError
from matinee.service import HomeQuery, HomeView, RowsQuery, RowsView
from matinee.types import PageId

__all__ = [
    "ENDPOINTS",
    "home",
    "home_again",
    "home_rows",
]

ENDPOINTS = Endpoints()


@ENDPOINTS.add("GET", "/v1/home", query=HomeQuery, returns=HomeView, engine=True)
def home(call: Call[HomeQuery, NoBody]) -> HomeView:
    """Make a new page for a profile.

    It reflects every event that was acknowledged before, whichever worker took it.
    """
    for name, said in (("preview", call.query.preview), ("bundle", call.query.bundle)):
        if said and "operate" not in call.scopes:
            raise ProblemError(HTTPStatus.FORBIDDEN, f"{name} needs a key with the scope operate")
    view = call.matinee.home(call.query, now=call.now, seed=call.seed, request_id=call.request_id)
    call.metrics.page(view.rung)
    return view


@ENDPOINTS.add("GET", "/v1/home/{page_id:str}", returns=HomeView)
def home_again(call: Call[NoQuery, NoBody]) -> HomeView:
    """Read a page again: rows keep order and place.

    Titles that have become forbidden since are left out, and the gaps stay. No label and no
    reason names one either: rows about it go, and reasons that named it say something else.
    """
    return call.matinee.home_again(
        PageId(call.path["page_id"]), now=call.now, request_id=call.request_id
    )


@ENDPOINTS.add("GET", "/v1/home/{page_id:str}/rows", query=RowsQuery, returns=RowsView, engine=True)
def home_rows(call: Call[RowsQuery, NoBody]) -> RowsView:
    """Append rows to a page, knowing what it showed and what happened since.

    The same `after` gives the same rows again.
    """
    return call.matinee.home_rows(
        PageId(call.path["page_id"]),
        call.query,
        now=call.now,
        seed=call.seed,
        request_id=call.request_id,
    )
