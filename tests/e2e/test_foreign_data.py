"""Data of another trade, from their own files to a page: music plays, and clicks in a shop."""

from __future__ import annotations

import csv
import gzip
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from matinee.cli.main import app
from matinee.service import HomeQuery, Matinee
from matinee.types import Moment, ProfileId

NOW = Moment.parse("2026-11-22T18:00:00Z")
MONTH_S = 30 * 86_400
LISTENERS, TRACKS, SHOPPERS, PRODUCTS = 24, 60, 24, 60


def run(*words: object) -> tuple[int, Any]:
    """Run a command; return its exit code and its report."""
    result = CliRunner().invoke(app, [*map(str, words), "--json", "-"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr


def write_plays(file: Path, *, broken: int = 0) -> int:
    """Write plays: even listeners like even artists; return how many good lines there are."""
    rng = np.random.Generator(np.random.PCG64(7))
    rows: list[list[object]] = []
    for listener in range(LISTENERS):
        for track in rng.choice(TRACKS, 20, replace=False).tolist():
            fits = track % 2 == listener % 2
            when = NOW // 1000 - int(rng.integers(1, MONTH_S))
            ms = 180_000 + track * 1000 if fits else 9_000
            rows.append(
                [f"listener {listener}", f"track-{track}", f"Artist, {track % 6}", when, ms]
            )
    good = len(rows)
    for number in range(broken):
        rows.insert(number * 97 % good, [f"l{number}", f"track-{number}", "Nobody", "long ago", 1])
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(
            [["user", "track", "artist", "unix", "ms played"]]
            + [[str(row[0]).replace(" ", "-"), *row[1:]] for row in rows]
        )
    return good


PLAYS = "profile_id=user,title_id=track,at=unix,watched_s=ms played/1000,kind:=play_end"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def page(home: Path, profile: str) -> list[str]:
    """Return the titles on a profile's page."""
    with closing(Matinee.open(home)) as matinee:
        view = matinee.home(HomeQuery(profile=ProfileId(profile)), now=NOW, seed=1)
    assert view.rung == "fresh"
    return [tile.title_id for row in view.rows for tile in row.titles]


def test_music_plays_become_a_page(home: Path, tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    good = write_plays(plays)
    code, report = run("import", "events", plays, "--map", PLAYS, "--create", "--home", home)
    assert (code, report["stored"], report["rejected"]) == (0, good, 0)
    assert (report["titles_new"], report["profiles_new"]) == (TRACKS, LISTENERS)
    assert run("train", "--home", home)[0] == 0
    shown = page(home, "listener-0")
    assert len(set(shown)) >= 20
    assert set(shown) <= {f"track-{number}" for number in range(TRACKS)}


def test_clicks_in_a_shop_become_a_page(home: Path, tmp_path: Path) -> None:
    products, clicks = tmp_path / "products.csv", tmp_path / "clicks.jsonl.gz"
    products.write_text(
        "\ufeffsku;label;department\r\n"
        + "".join(f"sku-{n};Thing {n};Shelf {n % 4}|All\r\n" for n in range(PRODUCTS)),
        encoding="utf-8",
        newline="",
    )
    rng = np.random.Generator(np.random.PCG64(8))
    lines = [
        {
            "visitor": {"id": 1_000 + shopper},
            "item": f"sku-{item}",
            "ts": NOW // 1000 - int(rng.integers(1, MONTH_S)),
            "action": "add" if item % 4 == shopper % 4 else "view",
        }
        for shopper in range(SHOPPERS)
        for item in rng.choice(PRODUCTS, 15, replace=False).tolist()
    ]
    clicks.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    said = "title_id=sku,name=label,genres=department"
    code, report = run("import", "titles", products, "--map", said, "--home", home)
    assert (code, report["titles_new"]) == (0, PRODUCTS)
    said = "profile_id=visitor.id,title_id=item,at=ts,kind:=play_end"
    code, report = run("import", "events", clicks, "--map", said, "--create", "--home", home)
    assert (code, report["stored"], report["titles_new"]) == (0, len(lines), 0)
    assert run("train", "--home", home)[0] == 0
    shown = page(home, "1000")
    assert len(set(shown)) >= 20
    assert set(shown) <= {f"sku-{number}" for number in range(PRODUCTS)}


def test_one_line_in_a_hundred_broken_costs_only_itself(home: Path, tmp_path: Path) -> None:
    plays, listed = tmp_path / "plays.csv", tmp_path / "rejected.jsonl"
    good = write_plays(plays, broken=5)
    asked = ("import", "events", plays, "--map", PLAYS, "--create", "--home", home)
    code, report = run(*asked, "--rejected", listed)
    assert (code, report["stored"], report["rejected"]) == (1, good, 5)
    told = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    text = plays.read_text(encoding="utf-8").splitlines()
    assert [one["line"] for one in told] == [
        number for number, line in enumerate(text, start=1) if "long ago" in line
    ]
    assert all(one["file"] == "plays.csv" and "long ago" in one["reason"] for one in told)
    code, report = run(*asked, "--max-rejected", 5)
    assert (code, report["stored"], report["duplicates"]) == (0, 0, good)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("films", "plays.csv"), "no kind of records called 'films'; there are titles, profiles"),
        (("events", "plays.csv", "--kind", "titles"), "said to be events and titles"),
        (("a.csv", "b.csv", "c.csv"), "one source at a time"),
    ],
)
def test_words_that_do_not_fit_together_are_wrong_use(
    home: Path, words: tuple[str, ...], told: str
) -> None:
    code, said = run("import", *words, "--home", home)
    assert code == 2
    assert told in said
