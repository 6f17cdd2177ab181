"""The catalogue: titles read, written, hidden, and those like one."""

from __future__ import annotations

from http import HTTPStatus

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery
from matinee.server.problems import ProblemError
from matinee.service import (
    EditsView,
    HiddenView,
    ListQuery,
    SimilarQuery,
    TilesView,
    TitleQuery,
    TitlesBody,
    TitlesView,
    TitleView,
    UpsertView,
)
from matinee.types import Title, TitleId

__all__ = [
    "ENDPOINTS",
    "hide_title",
    "put_title",
    "put_titles",
    "similar",
    "title",
    "title_edits",
    "titles",
]

ENDPOINTS = Endpoints()


@ENDPOINTS.add("GET", "/v1/titles", query=ListQuery, returns=TitlesView)
def titles(call: Call[ListQuery, NoBody]) -> TitlesView:
    """List titles, in the order in which they came."""
    return call.matinee.titles(call.query)


@ENDPOINTS.add("POST", "/v1/titles", body=TitlesBody, returns=UpsertView, scope="operate")
def put_titles(call: Call[NoQuery, TitlesBody]) -> UpsertView:
    """Add or replace titles, all or none."""
    return call.matinee.put_titles(call.body.titles, now=call.now, request_id=call.request_id)


@ENDPOINTS.add("GET", "/v1/titles/{title_id:str}", query=TitleQuery, returns=TitleView)
def title(call: Call[TitleQuery, NoBody]) -> TitleView:
    """Show a title; with a profile, how that one stands to it."""
    return call.matinee.title(TitleId(call.path["title_id"]), call.query, now=call.now)


@ENDPOINTS.add("PUT", "/v1/titles/{title_id:str}", body=Title, returns=UpsertView, scope="operate")
def put_title(call: Call[NoQuery, Title]) -> UpsertView:
    """Add or replace one title."""
    if call.body.title_id != call.path["title_id"]:
        detail = f"the body says title_id {call.body.title_id!r}, the address another"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, at="$.title_id")
    return call.matinee.put_titles((call.body,), now=call.now, request_id=call.request_id)


@ENDPOINTS.add("DELETE", "/v1/titles/{title_id:str}", returns=HiddenView, scope="operate")
def hide_title(call: Call[NoQuery, NoBody]) -> HiddenView:
    """Hide a title: nothing shows it any more; its row and its events stay."""
    return call.matinee.hide_title(TitleId(call.path["title_id"]), now=call.now)


@ENDPOINTS.add(
    "GET",
    "/v1/titles/{title_id:str}/edits",
    query=ListQuery,
    returns=EditsView,
    scope="operate",
)
def title_edits(call: Call[ListQuery, NoBody]) -> EditsView:
    """List every version that a title had, the oldest first, and what changed in each."""
    return call.matinee.title_edits(TitleId(call.path["title_id"]), call.query)


@ENDPOINTS.add(
    "GET",
    "/v1/titles/{title_id:str}/similar",
    query=SimilarQuery,
    returns=TilesView,
    engine=True,
)
def similar(call: Call[SimilarQuery, NoBody]) -> TilesView:
    """Show titles like one; for a profile those that it may see and has not seen.

    404 where the one is hidden, or not for that profile, here and now.
    """
    query = TitleQuery(profile=call.query.profile, country=call.query.country)
    return call.matinee.similar(
        TitleId(call.path["title_id"]),
        query,
        limit=call.query.limit,
        now=call.now,
        seed=call.seed,
    )
