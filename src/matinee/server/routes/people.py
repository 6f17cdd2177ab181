"""Accounts, and their profiles with taste and history."""

from __future__ import annotations

from http import HTTPStatus

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery
from matinee.service import (
    AccountView,
    DossierView,
    ErasureView,
    ForgottenView,
    HistoryQuery,
    HistoryView,
    ListQuery,
    NewAccount,
    NewProfile,
    ProfileChange,
    ProfilesView,
    ProfileView,
)
from matinee.types import AccountId, ProfileId, TitleId

__all__ = [
    "ENDPOINTS",
    "account",
    "change_profile",
    "erase_profile",
    "erasure",
    "export_profile",
    "forget_title",
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


@ENDPOINTS.add(
    "DELETE",
    "/v1/profiles/{profile_id:str}/history/{title_id:str}",
    returns=ForgottenView,
    scope="write",
)
def forget_title(call: Call[NoQuery, NoBody]) -> ForgottenView:
    """Delete all that a profile did with a title; pages know nothing of it from now on.

    404 where there is nothing, as when it is deleted again.
    """
    profile_id, title_id = ProfileId(call.path["profile_id"]), TitleId(call.path["title_id"])
    return call.matinee.forget(profile_id, title_id)


@ENDPOINTS.add("GET", "/v1/profiles/{profile_id:str}/export", returns=DossierView, scope="operate")
def export_profile(call: Call[NoQuery, NoBody]) -> DossierView:
    """Show everything that is held about a profile, in one document.

    The profile with its account, every event in the order in which they came, those that were
    turned away and name it, and the record of every page that is still kept.
    """
    return call.matinee.dossier(ProfileId(call.path["profile_id"]))


@ENDPOINTS.add(
    "DELETE",
    "/v1/profiles/{profile_id:str}",
    returns=ErasureView,
    scope="operate",
    status=HTTPStatus.ACCEPTED,
)
def erase_profile(call: Call[NoQuery, NoBody]) -> ErasureView:
    """Erase a profile: at once nobody finds it, and its events are refused as `erased`.

    What is left of it in files is gone within a minute; the erasure says when. Its account goes
    with it where no other profile has it. Asked again it gives the same erasure. Its id is not
    given again: making it answers 409, everything else about it 404.
    """
    return call.matinee.erase(ProfileId(call.path["profile_id"]), now=call.now, seed=call.seed)


@ENDPOINTS.add("GET", "/v1/erasures/{erasure_id:str}", returns=ErasureView, scope="operate")
def erasure(call: Call[NoQuery, NoBody]) -> ErasureView:
    """Show since when each part holds nothing of an erased profile; null where it still may.

    A part stays null while another process reads an older state of the files, and is cleaned
    when it ends.
    """
    return call.matinee.erasure(call.path["erasure_id"])
