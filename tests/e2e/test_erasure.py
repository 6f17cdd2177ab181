"""A profile erased under two workers while a third process reads: no byte of its id is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from house import furnish
from matinee.models import TrainSettings
from matinee.stores import Block, Stores, open_stores
from matinee.training import train
from matinee.types import KINDS, Account, Moment, PageId, Profile, ProfileId
from matinee.types.event import Rate
from served import Connection, now, served, until

GONE = "gone-5e1a90c4"
GONE_ROW = 14
READER = """
import sqlite3, sys
files = [sqlite3.connect(path, isolation_level=None) for path in sys.argv[1:]]
for file in files:
    file.execute("BEGIN")
    file.execute("SELECT count(*) FROM sqlite_schema").fetchone()
print("reading", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation in which one profile, alone in its account, came by an import."""
    home = tmp_path / "home"
    stores = open_stores(home)
    furnish(stores)
    account = Account(account_id=f"{GONE}-account", name=f"who pays for {GONE}")
    person = Profile(profile_id=GONE, account_id=account.account_id, name=GONE, gender="F")
    stores.profiles.add_all([account], [person], now=now())
    rates = [
        Rate(
            event_id=f"import-{GONE}-{n}",
            profile_id=GONE,
            title_id=f"t{n}",
            value=5.0,
            at=Moment(now() - n * 86_400_000),
        )
        for n in range(0, 60, 4)
    ]
    assert stores.log.append(rates, now=now(), origin="import").count("stored") == 15
    absorb(stores)
    later = Moment(now() + 86_400_000)
    stores.log.compact(now=later, hot_days=32)  # what came today is copied as a closed day
    source = {"blend": ["user_knn", "ease", "popular"]}
    train(stores, TrainSettings(source=source, holdout=0.0), now=now(), seed=1)
    stores.close()
    (home / "rejected.jsonl").write_text(f'{{"reason": "no title for {GONE!r}"}}\n')
    return home


def absorb(stores: Stores) -> None:
    """Take 25 ratings of everybody by the block, those of the profile to be erased among them."""
    rows = len(stores.profiles.ids())
    assert stores.profiles.ids()[GONE_ROW] == GONE
    profiles = np.repeat(np.arange(rows, dtype=np.int32), 25)
    titles = (np.arange(len(profiles)) * 7 % 60).astype(np.int32)
    block = Block(
        profiles=profiles,
        titles=titles,
        kinds=np.full(len(profiles), KINDS.index("rate"), np.uint8),
        values=np.full(len(profiles), 0.8, np.float32),
        at=1_700_000_000_000 + 1000 * np.arange(len(profiles)),
    )
    absorbed = stores.log.absorb(block, source="blocks", shift_ms=0, now=now())
    assert absorbed.stored == len(profiles)


def owners(home: Path) -> set[int]:
    """Return the rows of the profiles whose events lie in segments."""
    files = sorted((home / "segments").glob("*.parquet"))
    assert files
    return set(pl.concat([pl.read_parquet(f, columns=["profile"]) for f in files])["profile"])


def holders(home: Path) -> list[str]:
    """Return the files that hold the id."""
    files = [file for file in home.rglob("*") if file.is_file()]
    return sorted(str(f.relative_to(home)) for f in files if GONE.encode() in f.read_bytes())


def said(event_id: str, kind: str = "thumb", **fields: object) -> dict[str, object]:
    body = {"event_id": event_id, "kind": kind, "profile_id": GONE, "title_id": "t3", "at": now()}
    return {**body, **({"value": 1} if kind == "thumb" else {}), **fields}


def live_a_little(one: Connection, other: Connection) -> None:
    one.send(said(f"live-{GONE}-1"), said(f"live-{GONE}-2", "mylist_add", title_id="leaving"))
    for n, connection in enumerate((one, other, one)):
        page = connection.get(f"/v1/home?profile={GONE}&columns={6 + n}&rows=4")
        assert page["rows"]
        other.get(page["next"])
    refused = [
        said(f"bad-{GONE}", title_id="none"),
        {**said("odd"), "kind": f"x-{GONE}"},
        {**said("worse"), "at": "noon"},
    ]
    status, told = other.ask("POST", "/v1/events", {"events": refused})
    assert (status, told["rejected"]) == (422, 3)
    assert len(other.get(f"/v1/profiles/{GONE}/history?limit=50")["history"]) == 35


def test_an_erased_profile_is_nowhere_and_nobody_else_is_touched(home: Path) -> None:
    with served(home) as server:
        one, other = server.both()
        live_a_little(one, other)
        assert {"matinee.db-wal", "decisions.db-wal", "rejected.jsonl"} <= set(holders(home))
        assert GONE_ROW in owners(home)
        before = other.get("/v1/recommendations?profile=p2&k=10")["titles"]
        whole = other.get(f"/v1/profiles/{GONE}/export")
        assert len(whole["events"]) == 17 + 25
        assert len(whole["decisions"]) >= 6
        assert len(whole["rejected"]) == 3
        files = [str(home / "matinee.db"), str(home / "decisions.db")]
        with subprocess.Popen(
            [sys.executable, "-c", READER, *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
            status, begun = one.ask("DELETE", f"/v1/profiles/{GONE}")
            assert status == 202
            place = f"/v1/erasures/{begun['erasure_id']}"
            assert GONE not in str(begun)
            assert until(lambda: other.get(place)["bundles"] is not None)
            for connection in (one, other):
                assert connection.ask("GET", f"/v1/home?profile={GONE}")[0] == 404
                assert connection.ask("GET", f"/v1/profiles/{GONE}")[0] == 404
                events = {"events": [said(f"late-{connection.worker}")]}
                status, told = connection.ask("POST", "/v1/events", events)
                assert (status, told["errors"][0]["code"]) == (422, "erased")
            waiting = other.get(place)
            assert (waiting["clean"], waiting["log"], waiting["decisions"]) == (False, None, None)
            one.send(said("others-go-on", profile_id="p2"))
            reader.communicate("\n", timeout=20)
        assert until(lambda: other.get(place)["clean"], seconds=30)
        assert holders(home) == []
        again = {"profile_id": GONE, "account_id": "a"}
        assert one.ask("POST", "/v1/profiles", again)[0] == 409
        assert one.ask("DELETE", f"/v1/profiles/{GONE}")[1] == other.get(place)
        ids = [p["profile_id"] for p in one.get("/v1/profiles?limit=200")["profiles"]]
        assert len(ids) == 14
        assert all("erased" not in name for name in ids)
        after = other.get("/v1/recommendations?profile=p2&k=10")["titles"]
        assert len({t["title_id"] for t in before} & {t["title_id"] for t in after}) >= 8
        assert other.get("/readyz")["rung"] == "fresh"
        assert holders(home) == []
    assert holders(home) == []
    assert GONE_ROW not in owners(home)


def test_an_erasure_that_a_crash_cut_short_is_gone_on_with_by_the_next_server(home: Path) -> None:
    stores = open_stores(home)
    stores.decisions.write(PageId("page"), ProfileId(GONE), now(), f"seen by {GONE}".encode())
    stores.erasures.begin(ProfileId(GONE), erasure_id="cut-short", now=now())
    stores.close()
    assert {"decisions.db", "matinee.db", "rejected.jsonl"} <= set(holders(home))
    with served(home) as server:
        connection = server.connect()
        assert until(lambda: connection.get("/v1/erasures/cut-short")["clean"], seconds=30)
        assert holders(home) == []
