"""Ranked lists without a page, for profiles and for guests."""

from __future__ import annotations

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery
from matinee.service import GuestBody, GuestsBody, RecommendationsQuery, RecommendationsView

__all__ = [
    "ENDPOINTS",
    "guest_recommendations",
    "recommendations",
]

ENDPOINTS = Endpoints()


@ENDPOINTS.add(
    "GET",
    "/v1/recommendations",
    query=RecommendationsQuery,
    returns=RecommendationsView,
    engine=True,
)
def recommendations(call: Call[RecommendationsQuery, NoBody]) -> RecommendationsView:
    """Rank titles for a profile, or those like one title.

    With `model` by one part of the live model alone; 400 lists the parts where it has none
    of that name.
    """
    return call.matinee.recommendations(
        call.query, now=call.now, seed=call.seed, request_id=call.request_id
    )


@ENDPOINTS.add(
    "POST", "/v1/recommendations", body=GuestsBody, returns=RecommendationsView, engine=True
)
def guest_recommendations(call: Call[NoQuery, GuestsBody]) -> RecommendationsView:
    """Rank titles for a history that is sent along and not kept.

    With `requests` for several; then `results` has a list for each, in their order. Over all of
    one call, `k` may sum up to 2,000 and the histories to 5,000 events; 422 beyond.
    """
    one = GuestBody(history=call.body.history, k=call.body.k, country=call.body.country)
    bodies = call.body.requests or (one,)
    lists = call.matinee.guest_recommendations(bodies, now=call.now, seed=call.seed)
    if call.body.requests:
        return RecommendationsView(request_id=call.request_id, titles=[], results=lists)
    return RecommendationsView(request_id=call.request_id, titles=lists[0].titles)
