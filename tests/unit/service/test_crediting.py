"""Plays from our own pages: the row that a tile stood in is found again by its token."""

from __future__ import annotations

import pytest

from house import NOW, house
from matinee.features import Credits, Rewards
from matinee.features.attribution import SOURCES
from matinee.service import HomeQuery, Matinee, RowsQuery
from matinee.service.crediting import Recent, credited, recent
from matinee.service.tokens import Signer
from matinee.service.views import TileView
from matinee.types import Moment
from matinee.types.event import Impression, MyListAdd, PlayStart, Stop


@pytest.fixture
def matinee() -> Matinee:
    """A house in which p1 has one title open and another on the list."""
    made = house()
    left = Stop(
        event_id="left",
        profile_id="p1",
        title_id="t4",
        at=Moment(NOW - 9_000_000),
        position_s=1500.0,
        watched_s=1500.0,
        duration_s=6000.0,
    )
    listed = MyListAdd(
        event_id="listed", profile_id="p1", title_id="t5", at=Moment(NOW - 8_000_000)
    )
    assert made.record([left, listed], now=NOW, request_id="r").stored == 2
    return made


def watch(matinee: Matinee, tile: TileView) -> None:
    """See a tile and play its title, as the site would report it."""
    said = {
        "profile_id": "p1",
        "title_id": tile.title_id,
        "session_id": "s",
        "token": tile.token,
    }
    seen = Impression(event_id=f"i{tile.token}"[-100:], at=Moment(NOW + 1), **said)
    begun = PlayStart(event_id=f"p{tile.token}"[-100:], at=Moment(NOW + 2), **said)
    assert matinee.record([seen, begun], now=NOW, request_id="r").stored == 2


def credits_now(matinee: Matinee, *, key: bytes | None = None) -> Credits:
    signer = Signer(matinee.key if key is None else key)
    later = Moment(NOW + 60_000)
    return credited(matinee.stores, signer, at=later, rewards=Rewards.default())[1]


@pytest.mark.parametrize("kind", ["continue_watching", "my_list", "top_picks"])
def test_a_play_is_credited_to_the_kind_of_row_that_its_tile_stood_in(
    matinee: Matinee, kind: str
) -> None:
    view = matinee.home(HomeQuery(profile="p1", columns=6), now=NOW, seed=1)
    [row] = [row for row in view.rows if row.kind == kind]
    watch(matinee, row.titles[0])
    found = credits_now(matinee)
    source = kind if kind in SOURCES else "row"
    assert (SOURCES[found.sources[-1]], found.inferred[-1]) == (source, False)
    assert found.touches[-1] >= 0


def test_rows_that_were_added_to_a_page_are_on_record_too(matinee: Matinee) -> None:
    view = matinee.home(HomeQuery(profile="p1", columns=6, rows=1), now=NOW, seed=1)
    assert [row.kind for row in view.rows] != ["my_list"]
    rows, after = [], 1
    while "my_list" not in [row.kind for row in rows] and after < 9:
        more = matinee.home_rows(view.page_id, RowsQuery(after=after), now=NOW, seed=2)
        rows, after = more.rows, after + 1
    [row] = [row for row in rows if row.kind == "my_list"]
    watch(matinee, row.titles[0])
    assert SOURCES[credits_now(matinee).sources[-1]] == "my_list"


def test_a_page_that_is_no_longer_on_record_had_some_row(matinee: Matinee) -> None:
    view = matinee.home(HomeQuery(profile="p1", columns=6), now=NOW, seed=1)
    [row] = [row for row in view.rows if row.kind == "continue_watching"]
    watch(matinee, row.titles[0])
    matinee.stores.decisions.prune(Moment(NOW + 1))
    assert SOURCES[credits_now(matinee).sources[-1]] == "row"


def test_another_installations_key_finds_no_tile_of_ours(matinee: Matinee) -> None:
    view = matinee.home(HomeQuery(profile="p1", columns=6), now=NOW, seed=1)
    [row] = [row for row in view.rows if row.kind == "my_list"]
    watch(matinee, row.titles[0])
    assert SOURCES[credits_now(matinee, key=b"x" * 32).sources[-1]] == "row"


def test_the_newest_plays_are_counted_with_those_that_came_of_nothing(matinee: Matinee) -> None:
    assert (matinee.recent_plays().plays, matinee.recent_plays().unattributed) == (0, 0)
    view = matinee.home(HomeQuery(profile="p1", columns=6), now=NOW, seed=1)
    for row in view.rows[:3]:
        watch(matinee, row.titles[0])
    lone = PlayStart(event_id="lone", profile_id="p2", title_id="t50", at=Moment(NOW + 9))
    matinee.record([lone], now=NOW, request_id="r")
    found = matinee.recent_plays()
    _, all_ = credited(
        matinee.stores, Signer(matinee.key), at=Moment(NOW + 60_000), rewards=Rewards.default()
    )
    assert (found.plays, found.unattributed) == (len(all_), 1) == (4, 1)


def test_a_long_logs_older_plays_are_not_counted(matinee: Matinee) -> None:
    many = [
        PlayStart(event_id=f"x{n}", profile_id="p2", title_id=f"t{n}", at=Moment(NOW + n))
        for n in range(30, 50)
    ]
    matinee.record(many, now=NOW, request_id="r")
    assert recent(matinee.stores, rewards=Rewards.default(), window=12) == Recent(6, 6)
