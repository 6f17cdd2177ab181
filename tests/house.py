"""A small house for tests: a catalogue, two tastes, and viewers who rated by them."""

from __future__ import annotations

from matinee.service import Config, Matinee
from matinee.stores import Stores, memory_stores
from matinee.types import Account, Episode, Event, Moment, Profile, Title, Window
from matinee.types.event import Rate

NOW = Moment.parse("2026-11-22T18:00:00Z")
DAY_MS = 86_400_000
KEY = b"a key that only these tests know"
GENRES = ("Crime", "Comedy")


def titles() -> list[Title]:
    """Return 60 films, half Crime and half Comedy, a series, and some with rules of their own."""
    films = [
        Title(
            title_id=f"t{n}",
            name=f"{GENRES[n % 2]} Story {n}",
            year=1960 + n,
            genres=(GENRES[n % 2], "Drama") if n % 3 == 0 else (GENRES[n % 2],),
            runtime_s=6000.0,
            maturity=6 if n % 4 < 2 else 16,
            maturity_source="label",
            added=Moment(NOW - 400 * DAY_MS),
        )
        for n in range(60)
    ]
    leaving = Window(end=Moment(NOW + 3 * DAY_MS))
    return [
        *films,
        Title(
            title_id="series",
            name="The Long Series",
            kind="series",
            genres=("Crime",),
            maturity=12,
            maturity_source="label",
            added=Moment(NOW - 400 * DAY_MS),
            episodes=tuple(
                Episode(episode_id=f"series-{n}", number=n, name=f"Part {n}", runtime_s=2400.0)
                for n in (1, 2, 3)
            ),
        ),
        Title(title_id="leaving", name="Soon Gone", genres=("Comedy",), windows=(leaving,)),
        Title(title_id="fresh", name="Just Arrived", genres=("Comedy",), added=Moment(NOW - 5)),
        Title(title_id="hidden", name="Never Shown", genres=("Comedy",), hidden=True),
    ]


def ratings(profiles: int) -> list[Event]:
    """Return ratings: even profiles like Crime and not Comedy, odd ones the other way round."""
    return [
        Rate(
            event_id=f"rate-{p}-{n}",
            profile_id=f"p{p}",
            title_id=f"t{n}",
            value=5.0 if n % 2 == p % 2 else 1.5,
            at=Moment(NOW - (5 + (n * 7 + p) % 60) * DAY_MS),
        )
        for p in range(profiles)
        for n in range(60)
        if ((n + p) % 5 < 2 and n % 2 == p % 2) or (n * 3 + p) % 17 == 0
    ]


def furnish(stores: Stores, *, profiles: int = 12) -> None:
    """Fill stores: account `a`, profiles p0, p1, …, a child, and somebody new."""
    stores.catalogue.upsert(titles(), now=NOW)
    stores.profiles.put_account(Account(account_id="a"), now=NOW)
    people = [Profile(profile_id=f"p{n}", account_id="a", name=f"P {n}") for n in range(profiles)]
    people += [
        Profile(profile_id="child", account_id="a", kids=True, maturity=7),
        Profile(profile_id="new", account_id="a"),
    ]
    for profile in people:
        stores.profiles.put_profile(profile, now=NOW)
    receipt = stores.log.append(ratings(profiles), now=NOW, origin="import")
    assert receipt.count("stored") == len(receipt.outcomes)


def house(config: Config | None = None) -> Matinee:
    """Return a furnished installation in memory, without a trained model."""
    stores = memory_stores()
    furnish(stores)
    return Matinee(stores, config or Config(), KEY)
