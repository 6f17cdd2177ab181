"""What the contracts of stores are written with: a small house, and events that happen in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest

from matinee.stores import Receipt, Stores
from matinee.types import DAY_MS, Account, Episode, Event, Moment, Profile, ProfileId, Title

__all__ = [
    "ANN",
    "BOB",
    "NOW",
    "StoresContract",
    "at",
    "codes",
    "event",
    "every_kind",
    "furnish",
    "sample",
]

ANN, BOB = ProfileId("ann"), ProfileId("bob")

NOW = Moment(1_790_000_000_000)
"""The moment at which the contracts play; stores have no clock of their own."""

_ENVELOPE: dict[str, Any] = {
    "title_id": "series",
    "episode_id": "series-e2",
    "session_id": "s1",
    "device": "tv",
    "country": "NL",
    "tz_offset_min": -90,
    "app_version": "1.2.3",
    "ui_language": "nl",
    "token": "a-token",
}
_OWN: dict[str, Any] = {
    "visible_ms": 1500,
    "dwell_ms": 750,
    "row_id": "r-3",
    "page_id": "pg-1",
    "auto": True,
    "autoplay": True,
    "watched_s": 61.25,
    "position_s": 120.5,
    "duration_s": 2700.0,
    "from_s": 30.0,
    "category": "Crime",
    "column": 4,
    "row": 2,
    "depth": 0.25,
    "value": 1,
    "max": 4.0,
    "query": "heat",
    "language": "en",
    "rank": 3,
    "entity": "person",
    "plan": "basic",
    "why": "moving",
}


class StoresContract:
    """What the contracts of all stores start from."""

    @pytest.fixture
    def stores(self) -> Iterator[Stores]:
        """Yield empty stores, and close them afterwards; to be overridden."""
        raise NotImplementedError

    @pytest.fixture
    def house(self, stores: Stores) -> Stores:
        """Return the stores with a few profiles and titles in them."""
        furnish(stores)
        return stores


def at(ms: int) -> Moment:
    """Return the moment so many ms after `NOW`."""
    return Moment(NOW + ms)


def codes(receipt: Receipt) -> list[str]:
    """Return the outcome codes in order."""
    return [outcome.code for outcome in receipt.outcomes]


def furnish(stores: Stores) -> None:
    """Put two profiles, three films and a series of three episodes into empty stores."""
    stores.profiles.put_account(Account(account_id="house"), now=NOW)
    for name in ("ann", "bob"):
        profile = Profile(profile_id=name, account_id="house", name=name.title())
        stores.profiles.put_profile(profile, now=NOW)
    episodes = tuple(Episode(episode_id=f"series-e{i}", number=i) for i in (1, 2, 3))
    films = [Title(title_id=f"film{i}", name=f"Film {i}") for i in (1, 2, 3)]
    series = Title(title_id="series", name="Series", kind="series", episodes=episodes)
    other = (Episode(episode_id="other-e1", number=1),)
    stores.catalogue.upsert(
        [*films, series, Title(title_id="other", name="Other", kind="series", episodes=other)],
        now=NOW,
    )


def event(event_id: str, *, kind: str = "play_end", **said: Any) -> Event:  # noqa: ANN401
    """Return an event of ann about film1 an hour ago, but for what is said; None leaves out."""
    words = {"profile_id": "ann", "title_id": "film1", "at": NOW - DAY_MS // 24} | said
    body = {name: value for name, value in words.items() if value is not None}
    return sample({"kind": kind, "event_id": event_id, **body})


def sample(body: dict[str, Any]) -> Event:
    """Decode an event as it would come over the wire."""
    made: Event = msgspec.convert(body, Event, dec_hook=lambda _, value: Moment.parse(value))
    return made


def every_kind() -> Iterable[Event]:
    """Yield an event of each kind with every field said, none by its default."""
    for kind in Event.__args__:
        names = {field.encode_name for field in msgspec.structs.fields(kind)}
        own = {name: value for name, value in (_ENVELOPE | _OWN).items() if name in names}
        tag = str(kind.__struct_config__.tag)
        yield event(f"sample-{tag}", kind=tag, **own)
