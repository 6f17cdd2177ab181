"""Typed ids: strings at the edge that only `Vocabulary` turns into array rows."""

from __future__ import annotations

from typing import Annotated, NewType

import msgspec

__all__ = [
    "AccountId",
    "BundleId",
    "EpisodeId",
    "EventId",
    "Id",
    "PageId",
    "ProfileId",
    "SessionId",
    "TitleId",
]

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._~:-]{1,128}(?!\n)$")]
"""The wire form of every id: 1 to 128 unreserved characters; checked when decoded."""

AccountId = NewType("AccountId", str)
ProfileId = NewType("ProfileId", str)
TitleId = NewType("TitleId", str)
EpisodeId = NewType("EpisodeId", str)
EventId = NewType("EventId", str)
SessionId = NewType("SessionId", str)
PageId = NewType("PageId", str)
BundleId = NewType("BundleId", str)
