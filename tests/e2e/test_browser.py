"""The viewers' site in a real browser, on a real server with a small catalogue of its own."""

from __future__ import annotations

import csv
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matinee.server.site import STATIC

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MATINEE = Path(sys.executable).with_name("matinee")
STARTED_S = 60.0
GENRES = ("Crime", "Comedy", "Drama", "Sci-Fi")
FILMS = 120
VIEWERS = 64
ROWS = 5
FACE = 'a[href^="/browse/"]'
SECOND = 1_000
FILM_AT_600 = 30 * SECOND  # a film lasts 10 s at that speed; CI machines are slow

# A violation does not always reach the console, so the page says it itself.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation",
  (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


def ratings_folder(folder: Path) -> Path:
    """Write films of four genres and viewers who each like one of them, as MovieLens does."""
    folder.mkdir()
    with (folder / "movies.csv").open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["movieId", "title", "genres"])
        for film in range(FILMS):
            year = 1970 + film % 50
            write.writerow([film + 1, f"Reel {film + 1} ({year})", GENRES[film % len(GENRES)]])
    with (folder / "ratings.csv").open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["userId", "movieId", "rating", "timestamp"])
        for viewer in range(VIEWERS):
            for step in range(22):
                own = step % 5 != 0  # four of five films from the viewer's own genre
                genre = (viewer if own else viewer + step) % len(GENRES)
                film = (7 * step + 3 * viewer) % (FILMS // len(GENRES)) * len(GENRES) + genre
                stars = 4.5 if own else 2.0
                write.writerow([viewer + 1, film + 1, stars, 1_700_000_000 + 977 * step + viewer])
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `matinee serve` on a freshly imported and trained home."""
    assert (STATIC / "index.html").is_file(), "the site is not built: run `make web`"
    folder = tmp_path_factory.mktemp("browser")
    home = folder / "home"
    for command in (
        ["import", str(ratings_folder(folder / "ratings"))],
        ["import", "originals"],
        ["train"],
    ):
        subprocess.run([MATINEE, *command, "--home", home], check=True, capture_output=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = (folder / "server.log").open("wb")
    with subprocess.Popen(
        [MATINEE, "serve", "--home", home, "--port", str(port)], stdout=log, stderr=log
    ) as process:
        try:
            deadline = time.monotonic() + STARTED_S
            while not answers(url):
                assert process.poll() is None, (folder / "server.log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)
            log.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; Playwright cannot fetch one of its own everywhere."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, f"none of {', '.join(BROWSERS)} is installed"
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Open pages that keep to their origin and have nothing to complain about."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def opened(width: int = 1440, height: int = 900) -> Any:
        context = browser.new_context(
            base_url=server, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()

        def heard(message: Any) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(f"{page.url}: {message.text} {message.location['url']}")

        def asked(request: Any) -> None:
            if not request.url.startswith(f"{server}/"):
                complaints.append(f"{page.url} asked for {request.url}")

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", asked)
        page.set_default_timeout(10 * SECOND)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def profile(server: str, request: pytest.FixtureRequest) -> str:
    """Another profile for every test: what one does must not change another's page.

    The first is left to whoever picks it on the site.
    """
    profiles = get(f"{server}/v1/profiles?limit=50")["profiles"][1:]
    place = sorted(item.name for item in request.session.items).index(request.node.name)
    return str(profiles[place % len(profiles)]["profile_id"])


def events_of(page: Any) -> list[dict[str, Any]]:
    """Collect the events that a page posts from now on."""
    events: list[dict[str, Any]] = []

    def posted(request: Any) -> None:
        if request.url.endswith("/v1/events"):
            events.extend(json.loads(request.post_data)["events"])

    page.on("request", posted)
    return events


def tiles(page: Any, row: str = "top_picks") -> Any:
    return page.locator(f'[data-row="{row}"] [data-tile]')


def shown(page: Any, title_id: str) -> Any:
    return page.locator(f'[data-title="{title_id}"]')


def title_of(tile: Any) -> str:
    return re.search(r"/title/([^?]+)", tile.get_attribute("href"))[1]


def wait_until(holds: Callable[[], bool], page: Any) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def test_the_picker_finds_a_profile_by_its_name_and_opens_its_page(
    open_page: Callable[..., Any], server: str
) -> None:
    someone = get(f"{server}/v1/profiles?limit=60")["profiles"][-1]
    page = open_page()
    page.goto("/")
    faces = page.locator(FACE)
    faces.first.wait_for()
    assert faces.count() == 48
    page.get_by_role("searchbox").fill(someone["name"])
    page.locator(f'a[href="/browse/{someone["profile_id"]}"]').click()
    page.get_by_role("heading", level=2).first.wait_for()
    assert page.url == f"{server}/browse/{someone['profile_id']}"


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
