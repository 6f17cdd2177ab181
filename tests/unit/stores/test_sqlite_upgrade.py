"""Files of an older version: opened, brought up to date, and read as if they had been new."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np

from matinee.stores import Stores, open_stores
from matinee.stores.columns import draft
from matinee.stores.people import encode_account, encode_profile
from matinee.stores.sqlite.catalogue import SqliteCatalogue
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.migrations import MATINEE
from matinee.testing.stores_samples import ANN, NOW, every_kind, furnish
from matinee.types import Account, Moment, Profile, mark

_FIRST = """INSERT INTO events (profile, kind, title, episode, at, received, value, position,
    duration, watched, device, tz_offset, origin, event_id, rest)
    VALUES (0, ?, 3, 1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"""


class FirstProfiles:
    """Accounts and profiles as the first version wrote them; it knew of no erasures."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = 0

    def put_account(self, account: Account, *, now: Moment) -> None:
        body = encode_account(account, held=None, now=now)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO accounts VALUES (?, ?)", (account.account_id, body))

    def put_profile(self, profile: Profile, *, now: Moment) -> None:
        body = encode_profile(profile, held=None, now=now)
        said = (self._rows, profile.profile_id, profile.account_id, body)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO profiles VALUES (?, ?, ?, ?)", said)
        self._rows += 1


def by_the_first_version(home: Path) -> None:
    """Write a house and every kind of event into a file as the first version did."""
    home.mkdir()
    database = Database(home / "matinee.db", migrations=MATINEE[:1], synchronous="FULL")
    furnish(SimpleNamespace(catalogue=SqliteCatalogue(database), profiles=FirstProfiles(database)))
    with database.writing() as connection:
        for event in every_kind():
            one = draft(event)
            at = (int(event.at), int(NOW))
            said = (one.numbers[0], *at, *one.numbers[1:], event.event_id, one.rest)
            connection.execute(_FIRST, said)
    database.close()


def columns(stores: Stores) -> dict[str, list[object]]:
    read = stores.log.tail(0).signals
    names = ("kinds", "sessions", "tiles", "unasked", "values", "positions", "devices")
    return {name: np.nan_to_num(getattr(read, name), nan=-9).tolist() for name in names}


def test_a_file_of_the_first_version_says_the_same_after_the_upgrade(tmp_path: Path) -> None:
    new = open_stores(tmp_path / "new")
    furnish(new)
    new.log.append(list(every_kind()), now=NOW)
    by_the_first_version(tmp_path / "old")
    old = open_stores(tmp_path / "old")
    assert columns(old) == columns(new)
    assert set(columns(old)["sessions"]) == {mark("s1")}
    assert 0 < sum(columns(old)["unasked"]) < len(list(every_kind()))
    old.close()
    new.close()


def test_events_of_the_first_version_are_read_back_whole(tmp_path: Path) -> None:
    by_the_first_version(tmp_path / "old")
    old = open_stores(tmp_path / "old")
    read = [msgspec.structs.replace(event, received=None) for _, event in old.log.events(ANN)]
    assert read[::-1] == list(every_kind())
    old.close()
