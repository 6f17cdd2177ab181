"""What a profile said of a title in so many words: the explicit kinds."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from matinee.types.event.envelope import EventEnvelope

__all__ = [
    "MyListAdd",
    "MyListRemove",
    "NotInterested",
    "Rate",
    "RemoveFromContinue",
    "TastePick",
    "Thumb",
]


class Thumb(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="thumb"):
    """A thumb: −1 down, 1 up, 2 two thumbs up, 0 taken back."""

    value: Literal[-1, 0, 1, 2]


class Rate(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="rate"):
    """A rating of `value` out of `max`, which it is at most; importers write one a rating.

    Counts as watched, and as a thumb up from .8·max, down to .4·max.
    """

    value: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    max: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 5.0


class MyListAdd(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="mylist_add"):
    """A title was put on the profile's list."""


class MyListRemove(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="mylist_remove"):
    """A title was taken off the profile's list."""


class RemoveFromContinue(
    EventEnvelope, frozen=True, kw_only=True, gc=False, tag="remove_from_continue"
):
    """A title was taken off Continue Watching; a later play brings it back."""


class NotInterested(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="not_interested"):
    """A title shall not be shown again."""


class TastePick(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="taste_pick"):
    """A title was picked as liked while signing up."""
