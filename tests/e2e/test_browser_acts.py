"""What a viewer does on the site, and how the page answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pages import SECOND, events_of, shown, tiles, title_of

pytestmark = pytest.mark.browser

FILM_AT_600 = 30 * SECOND  # a film lasts 10 s at that speed; CI machines are slow


def test_a_title_watched_to_its_end_gives_the_next_page_a_row_of_its_own(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    events = events_of(page)
    page.goto(f"/browse/{profile}")
    tile = tiles(page).first
    tile.wait_for()
    title_id = title_of(tile)
    tile.click()
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_role("heading", level=2).first.inner_text()
    because = page.get_by_role("heading", name=f"Because you watched {name}", exact=True)
    assert because.count() == 0
    dialog.get_by_role("link", name=re.compile("^Play")).first.click()
    page.get_by_role("button", name="Speed 600 times").click()
    page.get_by_text(f"You finished {name}").wait_for(timeout=FILM_AT_600)
    page.get_by_role("link", name="Back to your page").click()
    because.wait_for()
    played = {one["kind"]: one for one in events if one.get("title_id") == title_id}
    assert {"details_open", "play_start", "play_end"} <= played.keys()
    end = played["play_end"]
    assert end["watched_s"] == pytest.approx(end["duration_s"], rel=0.01)
    assert end["token"] == played["details_open"]["token"]


def test_a_play_that_is_abandoned_can_be_continued_where_it_stopped(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    events = events_of(page)
    page.goto(f"/browse/{profile}")
    tile = tiles(page).first
    tile.wait_for()
    title_id = title_of(tile)
    page.goto(f"/watch/{title_id}?profile={profile}")
    page.get_by_role("slider", name="Position").fill("2400")
    page.get_by_role("button", name="Speed 60 times").click()
    page.wait_for_timeout(2 * SECOND)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Leave the player").click()
    going_on = page.locator(f'[data-row="continue_watching"] [data-title="{title_id}"]')
    going_on.wait_for()
    assert 0.3 < float(going_on.locator("progress").get_attribute("value")) < 0.95
    kinds = [one["kind"] for one in events if one.get("title_id") == title_id]
    assert {"play_start", "seek_fwd", "pause", "stop"} <= set(kinds)
    going_on.locator("[data-tile]").click()
    page.get_by_role("dialog").get_by_role("link", name=re.compile("^Resume")).wait_for()


def test_a_thumb_down_takes_a_title_away_at_once_and_from_the_next_page(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    tile = tiles(page).nth(1)
    tile.wait_for()
    title_id = title_of(tile)
    tile.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Not for me")).click()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert shown(page, title_id).count() == 0
    page.reload()
    tiles(page).first.wait_for()
    assert shown(page, title_id).count() == 0


def test_a_thumb_down_can_be_undone(open_page: Callable[..., Any], profile: str) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    tile = tiles(page).nth(1)
    tile.wait_for()
    title_id = title_of(tile)
    tile.hover()
    page.get_by_role("button", name=re.compile("^Not for me")).first.click()
    shown(page, title_id).first.wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    shown(page, title_id).first.wait_for()


def test_a_title_put_on_my_list_gets_into_its_row(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    tile = tiles(page).first
    title_id = title_of(tile)
    tile.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^My List")).click()
    page.get_by_role("button", name="Close").click()
    page.locator(f'[data-row="my_list"] [data-title="{title_id}"]').wait_for()
