"""Promoted and rolled back while viewers ask: no request fails, and no page mixes two versions."""

from __future__ import annotations

import threading
from collections import defaultdict

from matinee.models import TrainSettings
from matinee.stores import open_stores
from matinee.training import train
from served import now, served, trained_home

CLIENTS = 3
SWAPS = 24


def test_promotion_and_rollback_fail_no_request_and_mix_no_page(tmp_path):
    home = trained_home(tmp_path / "home")
    stores = open_stores(home)
    first = stores.bundles.live()
    second = train(stores, TrainSettings(source="item_knn", holdout=0.0), now=now(), seed=2)
    stores.bundles.promote(first)
    seen: list[tuple[str, dict]] = []
    failed: list[object] = []
    done = threading.Event()

    def asks(connection, profile: str) -> None:
        path = f"/v1/home?profile={profile}&columns=6&rows=6&include=scores"
        while not done.is_set():
            status, page = connection.ask("GET", path)
            if status == 200 and page["rung"] == "fresh":
                seen.append((profile, page))
            else:
                failed.append(page)

    with served(home) as server:
        threads = [
            threading.Thread(target=asks, args=(server.connect(), f"p{n}")) for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for n in range(SWAPS):
            if n % 2:
                stores.bundles.rollback(now=now())
            else:
                stores.bundles.promote(second, now=now())
            before = len(seen)
            while len(seen) < before + 2 * CLIENTS and not failed:
                done.wait(0.01)
        done.set()
        for thread in threads:
            thread.join()
        last = server.connect().get("/v1/home?profile=p5&columns=6")
    stores.close()
    assert failed == []
    assert last["bundle"] == first
    assert {page["bundle"] for _, page in seen} == {first, second}
    scores = by_bundle(seen)
    assert {key for key, values in scores.items() if len(values) > 1} == set()
    told_apart = [
        key for key in scores if key[0] == first and scores.get((second, *key[1:])) != scores[key]
    ]
    assert len(told_apart) > len(scores) / 4


def by_bundle(seen) -> dict[tuple[str, str, str], set[float]]:
    """Return every score that a title had for a profile on a page that says a bundle made it."""
    scores = defaultdict(set)
    for profile, page in seen:
        for row in page["rows"]:
            for tile in row["titles"]:
                scores[page["bundle"], profile, tile["title_id"]].add(tile["score"])
    return scores
