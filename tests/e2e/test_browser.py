"""The viewers' site in a real browser: found, read, and used without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pages import FACE, SECOND, events_of, get, tiles, title_of, wait_until

pytestmark = pytest.mark.browser

ROWS = 5


def test_the_picker_finds_a_profile_by_its_name_and_opens_its_page(
    open_page: Callable[..., Any], site: str
) -> None:
    someone = get(f"{site}/v1/profiles?limit=60")["profiles"][-1]
    page = open_page()
    page.goto("/")
    faces = page.locator(FACE)
    faces.first.wait_for()
    assert faces.count() == 48
    page.get_by_role("searchbox").fill(someone["name"])
    page.locator(f'a[href="/browse/{someone["profile_id"]}"]').click()
    page.get_by_role("heading", level=2).first.wait_for()
    assert page.url == f"{site}/browse/{someone['profile_id']}"


def test_a_home_page_has_rows_with_labels_reasons_and_posters(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    page.locator("[data-row]").first.wait_for()
    rows = page.locator("[data-row]")
    assert rows.count() >= ROWS
    for row in rows.all():
        assert row.locator(".row__label").inner_text() != ""
        assert row.locator(".row__reason").inner_text() != ""
        assert row.locator("[data-tile]").count() >= 1
    poster = tiles(page).first.locator("img")
    wait_until(lambda: poster.evaluate("picture => picture.naturalWidth") > 0, page)


def test_details_say_why_a_title_is_shown_and_cite_titles_that_can_be_opened(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    tile = tiles(page, "because_you_watched").first
    told = tile.get_attribute("aria-label")
    tile.click()
    why = page.get_by_role("region", name="Why this?")
    sentence = why.locator("p").inner_text()
    assert sentence.rstrip(".") in told
    cause = why.get_by_role("link").first
    name = cause.locator(".chip__name").inner_text()
    cause.click()
    page.get_by_role("dialog").get_by_role("heading", level=2, name=name, exact=True).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.url.endswith(f"/browse/{profile}")


def test_the_address_of_details_tells_the_same_reason_in_another_window(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    page.goto(f"/browse/{profile}")
    tile = tiles(page).first
    address = tile.get_attribute("href")
    tile.click()
    why = page.get_by_role("region", name="Why this?")
    sentence = why.locator("p").inner_text()
    other = open_page()
    other.goto(address)
    assert other.get_by_role("region", name="Why this?").locator("p").inner_text() == sentence
    assert other.get_by_role("dialog").count() == 0


def test_the_keyboard_alone_picks_a_profile_and_opens_a_title(
    open_page: Callable[..., Any],
) -> None:
    page = open_page()
    page.goto("/")
    page.locator(FACE).first.wait_for()
    focused = "document.activeElement"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate(f"{focused}.matches('{FACE}')"):
            break
    page.keyboard.press("Enter")
    tiles(page).first.wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(f"{focused}.matches('[data-tile]')"):
            break
    first = page.evaluate(f"{focused}.href")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{focused}.matches('[data-tile]') && {focused}.href") != first
    page.keyboard.press("ArrowDown")
    row = page.evaluate(f"{focused}.closest('[data-row]').dataset.row")
    assert row == page.locator("[data-row]").nth(1).get_attribute("data-row")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("heading", level=2).first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_tiles_in_view_are_told_once_with_their_tokens_and_those_below_are_not(
    open_page: Callable[..., Any], profile: str
) -> None:
    page = open_page()
    events = events_of(page)
    page.goto(f"/browse/{profile}")
    tiles(page).first.wait_for()

    def seen() -> list[tuple[str, str]]:
        return [(one["title_id"], one["token"]) for one in events if one["kind"] == "impression"]

    wait_until(lambda: len(seen()) > 0, page)
    page.wait_for_timeout(3 * SECOND)
    assert len(set(seen())) == len(seen())
    assert all(token for _, token in seen())
    assert len(seen()) < page.locator("[data-tile]").count() / 4
    kinds = {one["kind"] for one in events}
    assert {"page_view", "row_impression", "billboard_impression"} <= kinds
    assert all(one["device"] == "web" and one["session_id"] for one in events)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_page_is_wider_than_its_window(
    open_page: Callable[..., Any], profile: str, width: int
) -> None:
    page = open_page(width, 844)
    page.goto(f"/browse/{profile}")
    tile = tiles(page).first
    tile.wait_for()
    title_id = title_of(tile)
    for address in (
        "/",
        f"/browse/{profile}",
        f"/title/{title_id}?profile={profile}",
        f"/watch/{title_id}?profile={profile}",
    ):
        page.goto(address)
        page.get_by_role("main").wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
