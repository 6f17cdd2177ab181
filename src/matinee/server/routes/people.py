"""Accounts, and their profiles with taste and history."""

from __future__ import annotations

from http import HTTPStatus

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery
from matinee.service import (
    AccountView,
    HistoryQuery,
    HistoryView,
    ListQuery,
    NewAccount,
    NewProfile,
    ProfileChange,
    ProfilesView,
    ProfileView,
)
from matinee.types import AccountId, ProfileId

__all__ = [
    "ENDPOINTS",
    "account",
    "change_profile",
    "history",
    "new_account",
    "new_profile",
    "profile",
    "profiles",
]

ENDPOINTS = Endpoints()


@ENDPOINTS.add(
    "POST",
    "/v1/accounts",
    body=NewAccount,
    returns=AccountView,
    scope="write",
    status=HTTPStatus.CREATED,
)
def new_account(call: Call[NoQuery, NewAccount]) -> AccountView:
    """Make an account."""
    return call.matinee.new_account(call.body, now=call.now, seed=call.seed)


@ENDPOINTS.add("GET", "/v1/accounts/{account_id:str}", returns=AccountView)
def account(call: Call[NoQuery, NoBody]) -> AccountView:
    """Show an account."""
    return call.matinee.account(AccountId(call.path["account_id"]))


@ENDPOINTS.add("GET", "/v1/profiles", query=ListQuery, returns=ProfilesView)
def profiles(call: Call[ListQuery, NoBody]) -> ProfilesView:
    """List profiles, in the order in which they came."""
    return call.matinee.profiles(call.query)


@ENDPOINTS.add(
    "POST",
    "/v1/profiles",
    body=NewProfile,
    returns=ProfileView,
    scope="write",
    status=HTTPStatus.CREATED,
)
def new_profile(call: Call[NoQuery, NewProfile]) -> ProfileView:
    """Make a profile of an account."""
    return call.matinee.new_profile(call.body, now=call.now, seed=call.seed)


@ENDPOINTS.add("GET", "/v1/profiles/{profile_id:str}", returns=ProfileView)
def profile(call: Call[NoQuery, NoBody]) -> ProfileView:
    """Show a profile, with its taste and what it blocked."""
    return call.matinee.profile(ProfileId(call.path["profile_id"]))


@ENDPOINTS.add(
    "PUT",
    "/v1/profiles/{profile_id:str}",
    body=ProfileChange,
    returns=ProfileView,
    scope="write",
)
def change_profile(call: Call[NoQuery, ProfileChange]) -> ProfileView:
    """Put a profile's name, language and protection anew."""
    profile_id = ProfileId(call.path["profile_id"])
    return call.matinee.change_profile(profile_id, call.body, now=call.now)


@ENDPOINTS.add(
    "GET", "/v1/profiles/{profile_id:str}/history", query=HistoryQuery, returns=HistoryView
)
def history(call: Call[HistoryQuery, NoBody]) -> HistoryView:
    """List what a profile did, title by title, the latest first.

    Titles that are hidden, or above the profile's present maturity, are left out; what was done
    with them is kept, and listed again when they may be seen.
    """
    return call.matinee.history(ProfileId(call.path["profile_id"]), call.query)
