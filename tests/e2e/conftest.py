"""A real server with a small catalogue of its own, and a real browser that looks at it."""

from __future__ import annotations

import csv
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
from pages import SECOND, get

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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; Playwright cannot fetch one of its own everywhere."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, f"none of {', '.join(BROWSERS)} is installed"
    with sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open pages that keep to their origin and have nothing to complain about."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def opened(width: int = 1440, height: int = 900) -> Any:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()

        def heard(message: Any) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(f"{page.url}: {message.text} {message.location['url']}")

        def asked(request: Any) -> None:
            if not request.url.startswith(f"{site}/"):
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
def profile(site: str, request: pytest.FixtureRequest) -> str:
    """Another profile for every test: what one does must not change another's page.

    The first is left to whoever picks it on the site.
    """
    profiles = get(f"{site}/v1/profiles?limit=50")["profiles"][1:]
    items = (item for item in request.session.items if item.get_closest_marker("browser"))
    place = sorted(item.name for item in items).index(request.node.name)
    return str(profiles[place % len(profiles)]["profile_id"])
