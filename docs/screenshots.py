"""Makes the pictures of the README from a running demo: `python docs/screenshots.py URL`.

They show posters that were drawn by us and names of titles, nothing else. Run it on `make demo`
with the `small` data: with other data there may be pictures that are not ours to show.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "images"
MOST_BYTES = 350 * 1024
WIDE = {"width": 1440, "height": 960}
PHONE = {"width": 390, "height": 844}
SCALE = 0.75
"""Of a wide picture: as much as fits the width of a README, in few bytes."""
USUAL = range(100, 301)
"""Events of a viewer whose page looks as most do."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
PAINTED = """() => [...document.images].every((picture) => {
  const { top, bottom, left, right } = picture.getBoundingClientRect();
  const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  return picture.complete || !inView;
})"""


def main() -> int:
    """Take every picture; exit code 1 if one came out too large."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of a running demo")
    parser.add_argument("--profile", help="whose page to show; else a usual one")
    given = parser.parse_args()
    url = given.url.rstrip("/")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        parser.error(f"none of {', '.join(BROWSERS)} is installed")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        profile = given.profile or usual(playwright.request.new_context(), url)
        paths = [*wide(browser, url, profile), *phone(browser, url, profile)]
        browser.close()
    too_large = [path for path in paths if path.stat().st_size > MOST_BYTES]
    for path in paths:
        print(f"{path.name}: {path.stat().st_size // 1024} kB")
    return 1 if too_large else 0


def usual(requests: Any, url: str) -> str:
    """Return the id of the first grown-up's profile with a usual history."""
    profiles = requests.get(f"{url}/v1/profiles?limit=50").json()["profiles"]
    fitting = (one for one in profiles if not one["kids"] and one["events"] in USUAL)
    return str(next(fitting, profiles[0])["profile_id"])


def wide(browser: Any, url: str, profile: str) -> list[Path]:
    """Return pictures of the picker, a page and a reason, on a desktop."""
    page = browser.new_page(viewport=WIDE, device_scale_factor=SCALE, reduced_motion="reduce")
    page.goto(url)
    page.locator('a[href^="/browse/"]').first.wait_for()
    paths = [take(page, "picker")]
    page.goto(f"{url}/browse/{profile}")
    tile = page.locator('[data-row="because_you_watched"] [data-tile]').first
    tile.wait_for()
    paths.append(take(page, "home"))
    tile.click()
    page.get_by_role("region", name="Why this?").wait_for()
    page.get_by_role("region", name="More like this").wait_for()
    paths.append(take(page, "why"))
    page.close()
    return paths


def phone(browser: Any, url: str, profile: str) -> list[Path]:
    """Return a picture of a page on a phone."""
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce")
    page.goto(f"{url}/browse/{profile}")
    page.locator("[data-tile]").first.wait_for()
    paths = [take(page, "phone")]
    page.close()
    return paths


def take(page: Any, name: str) -> Path:
    """Return the picture of what is in the window, once its posters are there."""
    page.wait_for_function(PAINTED)
    page.wait_for_timeout(400)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    return path


if __name__ == "__main__":
    sys.exit(main())
