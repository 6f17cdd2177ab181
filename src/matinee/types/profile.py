"""Who pays and who watches: accounts and their profiles."""

from __future__ import annotations

from typing import Annotated

import msgspec

from matinee.types.ids import Id
from matinee.types.moment import Moment

__all__ = ["Account", "Profile"]


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who pays; taste never belongs to it."""

    account_id: Id
    name: str = ""
    plan: str = "standard"
    country: str | None = None
    created: Moment | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who watches. `maturity` is the highest minimum age, in years, of what may be shown.

    `age_group` and `gender` are for audits only: no page may depend on them.
    """

    profile_id: Id
    account_id: Id
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    kids: bool = False
    maturity: Annotated[int, msgspec.Meta(ge=0, le=18)] = 18
    language: str | None = None
    created: Moment | None = None
    age_group: str | None = None
    gender: str | None = None
