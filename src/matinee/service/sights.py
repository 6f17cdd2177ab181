"""What a profile may see and be told of: the checks behind every answer that names titles."""

from __future__ import annotations

from matinee.data import Catalogue
from matinee.features import eligible
from matinee.features.eligible import KIDS_AGE
from matinee.service.errors import UnknownError
from matinee.types import Flags, History, Moment, Profile

__all__ = ["may_hear", "may_open", "may_see", "unknown_title"]


def may_see(catalogue: Catalogue, profile: Profile) -> Flags:
    """Return (N,) which titles may be named to a profile at all.

    A hidden title is named to nobody, and none above the profile's own ceiling. What is no
    longer available, or not in this country, may still be named: the profile once saw it.
    """
    ceiling = min(profile.maturity, KIDS_AGE) if profile.kids else profile.maturity
    able: Flags = ~catalogue.hidden & (catalogue.minimum_ages <= ceiling)
    return able


def may_hear(catalogue: Catalogue, profile: Profile, history: History) -> Flags:
    """Return (N,) which titles a page may name as a reason: of these, none that was blocked."""
    able = may_see(catalogue, profile)
    able[history.titles[history.blocked]] = False
    return able


def may_open(
    catalogue: Catalogue, title_id: str, profile: Profile | None, *, at: Moment, country: str | None
) -> int:
    """Return the row of a title that may be asked about; without a profile, of any not hidden.

    A title that the profile blocked may still be opened, to take that back.

    Raises:
        UnknownError: there is none of that id, or not for this profile, here and now.
    """
    row = catalogue.vocabulary.row(title_id)
    if row < 0 or (profile is None and catalogue.hidden[row]):
        raise unknown_title(title_id)
    if profile is None:
        return row
    nothing = History.empty()
    if not eligible(catalogue, profile=profile, history=nothing, at=at, country=country)[row]:
        msg = f"title {title_id!r} is not for profile {profile.profile_id!r} here and now"
        raise UnknownError(msg)
    return row


def unknown_title(title_id: str) -> UnknownError:
    """Return what to raise where there is no title of that id."""
    return UnknownError(f"no title {title_id!r}; GET /v1/titles lists them")
