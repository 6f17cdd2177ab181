"""Where things are on the viewers' site, for the tests that look at it."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any

__all__ = ["FACE", "SECOND", "events_of", "get", "shown", "tiles", "title_of", "wait_until"]

FACE = 'a[href^="/browse/"]'
SECOND = 1_000


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


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
