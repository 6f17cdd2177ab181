"""Accounts and profiles: made, changed, listed."""

from __future__ import annotations

from matinee.service.errors import ConflictError, RefusedError, UnknownError
from matinee.service.ids import new_id
from matinee.service.queries import ListQuery, NewAccount, NewProfile, ProfileChange
from matinee.service.views import AccountView, ProfilesView, ProfileView
from matinee.stores import ErasedError, Stores
from matinee.types import Account, AccountId, Moment, Profile, ProfileId

__all__ = [
    "account_view",
    "change_profile",
    "known_profile",
    "new_account",
    "new_profile",
    "profile_view",
    "profiles_view",
]


def known_profile(stores: Stores, profile: str) -> Profile:
    """Return a profile, as the store has it now.

    Raises:
        UnknownError: there is none of that id.
    """
    held = stores.profiles.profile(ProfileId(profile))
    if held is None:
        msg = f"no profile {profile!r}; GET /v1/profiles lists them"
        raise UnknownError(msg)
    return held


def new_account(stores: Stores, body: NewAccount, *, now: Moment, seed: int) -> AccountView:
    """Make an account.

    Raises:
        ConflictError: there is one of that id already.
    """
    account_id = AccountId(body.account_id or new_id(now, "account", seed))
    account = Account(account_id=account_id, name=body.name, plan=body.plan, country=body.country)
    if not stores.profiles.add_account(account, now=now):
        msg = f"there is an account {account_id!r} already"
        raise ConflictError(msg)
    return account_view(stores, account_id)


def account_view(stores: Stores, account_id: AccountId) -> AccountView:
    """Show an account.

    Raises:
        UnknownError: there is none of that id.
    """
    account = stores.profiles.account(account_id)
    if account is None:
        msg = f"no account {account_id!r}; POST /v1/accounts makes one"
        raise UnknownError(msg)
    return AccountView(
        account_id=account.account_id,
        name=account.name,
        plan=account.plan,
        country=account.country,
        created=account.created,
    )


def new_profile(stores: Stores, body: NewProfile, *, now: Moment, seed: int) -> ProfileView:
    """Make a profile.

    Raises:
        ConflictError: there is one of that id already.
        RefusedError: its account is unknown.
    """
    profile_id = ProfileId(body.profile_id or new_id(now, "profile", seed))
    profile = Profile(
        profile_id=profile_id,
        account_id=body.account_id,
        name=body.name,
        kids=body.kids,
        maturity=body.maturity,
        language=body.language,
    )
    try:
        new = stores.profiles.add_profile(profile, now=now)
    except LookupError as error:
        raise RefusedError(str(error)) from None
    except ErasedError as error:
        raise ConflictError(str(error)) from None
    if not new:
        msg = f"there is a profile {profile_id!r} already; PUT /v1/profiles/{profile_id} changes it"
        raise ConflictError(msg)
    return profile_view(profile, events=0)


def change_profile(
    stores: Stores, profile_id: ProfileId, body: ProfileChange, *, now: Moment
) -> ProfileView:
    """Put a profile's name, language and protection anew; it counts from the next page on.

    Raises:
        UnknownError: there is none of that id.
    """
    held = known_profile(stores, profile_id)
    profile = Profile(
        profile_id=held.profile_id,
        account_id=held.account_id,
        name=body.name,
        kids=body.kids,
        maturity=body.maturity,
        language=body.language,
        created=held.created,
        age_group=held.age_group,
        gender=held.gender,
    )
    stores.profiles.put_profile(profile, now=now)
    return profile_view(profile, events=stores.log.counts([profile_id])[0])


def profiles_view(stores: Stores, query: ListQuery) -> ProfilesView:
    """List profiles in the order in which they came.

    Raises:
        RefusedError: the cursor is not one that this list gave.
    """
    try:
        page = stores.profiles.profiles(limit=query.limit, cursor=query.cursor)
    except ValueError as error:
        raise RefusedError(str(error)) from None
    counts = stores.log.counts([ProfileId(profile.profile_id) for profile in page.profiles])
    return ProfilesView(
        profiles=[
            profile_view(profile, events=count)
            for profile, count in zip(page.profiles, counts, strict=True)
        ],
        next=page.next,
    )


def profile_view(profile: Profile, *, events: int) -> ProfileView:
    """Show a profile without its taste. Age group and gender are for audits and stay inside."""
    return ProfileView(
        profile_id=profile.profile_id,
        account_id=profile.account_id,
        name=profile.name,
        kids=profile.kids,
        maturity=profile.maturity,
        language=profile.language,
        events=events,
    )
