"""Write a data folder as the Matinee on the path writes it, and dump its databases as SQL.

    PYTHONPATH=CHECKOUT/src python tests/older/write.py VERSION.sql

Run with the code of a version, it makes that version's fixture; names are made up. It calls only
what every version had. The same acts on today's code are what an old folder must be like once
it is brought up to date.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from matinee.stores import Stores, open_stores
from matinee.types import Account, Episode, Event, Moment, Profile, Title
from matinee.types.moment import decode_moment

NOW = Moment(1_790_000_000_000)
HOUR = 3_600_000
PROFILES = ("viewer-1", "viewer-2", "viewer-3")


def titles() -> list[Title]:
    episodes = tuple(Episode(episode_id=f"s1-e{n}", number=n, runtime_s=1500.0) for n in (1, 2, 3))
    films = [
        Title(title_id=f"film-{n}", name=f"Film Number {n}", year=1990 + n, runtime_s=6000.0)
        for n in range(5)
    ]
    series = Title(title_id="series-1", name="Series Number 1", kind="series", episodes=episodes)
    return [*films, series]


def events() -> Iterator[dict[str, Any]]:
    """Yield acts of each sort that a column or a blob keeps: what was opened, played and said."""
    number = 0
    for viewer in PROFILES[:2]:
        for film in range(4):
            at = NOW - (50 - 7 * film) * HOUR
            about = {
                "profile_id": viewer,
                "title_id": f"film-{film}",
                "session_id": f"{viewer}-{film}",
                "device": "tv",
                "tz_offset_min": 60,
                "country": "NL",
            }
            for place, said in enumerate(
                (
                    {"kind": "impression", "visible_ms": 1200, "token": f"token-{film}"},
                    {"kind": "details_open", "dwell_ms": 3000},
                    {"kind": "play_start", "position_s": 0.0, "autoplay": film == 1},
                    {"kind": "pause", "position_s": 900.5},
                    {"kind": "play_end", "watched_s": 1500.0 * (film + 1), "duration_s": 6000.0},
                    {"kind": "thumb", "value": (1, -1, 2, 0)[film]},
                )
            ):
                number += 1
                yield {"event_id": f"e-{number}", "at": at + place * HOUR // 6, **about, **said}
    for n in (1, 2):
        about = {"profile_id": "viewer-2", "title_id": "series-1", "episode_id": f"s1-e{n}"}
        watched = {"watched_s": 1490.0, "position_s": 1495.0, "duration_s": 1500.0}
        yield {"event_id": f"s-{n}", "kind": "play_end", "at": NOW - n * HOUR, **about, **watched}
    alone = {"profile_id": "viewer-1", "at": NOW - HOUR}
    yield {"event_id": "q-1", "kind": "search_query", "query": "número", **alone}
    yield {"event_id": "l-1", "kind": "mylist_add", "title_id": "film-4", **alone}
    yield {"event_id": "r-1", "kind": "rate", "title_id": "film-4", "value": 3.5, **alone}


def fill(stores: Stores) -> None:
    """Do everything that a version's folder has behind it."""
    stores.catalogue.upsert(titles(), now=NOW)
    stores.catalogue.upsert([Title(title_id="film-2", name="Film Renamed", year=1992)], now=NOW)
    stores.catalogue.hide(titles()[3].title_id, now=NOW)
    stores.profiles.put_account(Account(account_id="house"), now=NOW)
    for name in PROFILES:
        profile = Profile(profile_id=name, account_id="house", kids=name == "viewer-3")
        stores.profiles.put_profile(profile, now=NOW)
    said = [msgspec.convert(one, Event, dec_hook=decode_moment) for one in events()]
    half = len(said) // 2
    stores.log.append(said[:half], now=NOW, origin="import")
    stores.log.append(said[half:], now=Moment(NOW + 1))
    unknown = msgspec.structs.replace(said[0], event_id="x-1", title_id="nothing")
    stores.log.append([unknown], now=Moment(NOW + 2))
    stores.decisions.write("page-1", "viewer-1", NOW, b"a record")


def dump(database: Path) -> str:
    """Return a database as SQL, with the marks that its version is told by."""
    with closing(sqlite3.connect(database)) as connection:
        pragmas = [
            f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};"
            for name in ("application_id", "user_version")
        ]
        return "\n".join([*connection.iterdump(), *pragmas]) + "\n"


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        stores = open_stores(home)
        fill(stores)
        stores.close()
        target.write_text(dump(home / "matinee.db"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
