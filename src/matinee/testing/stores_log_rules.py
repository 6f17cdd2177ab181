"""What an event log lets in, in which form it keeps it, and what it turns away."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from matinee.stores import Stores
from matinee.testing.stores_samples import (
    ANN,
    NOW,
    StoresContract,
    at,
    codes,
    event,
    every_kind,
    sample,
)
from matinee.types import DAY_MS, KINDS, ORIGINS, Moment, Origin, Title, mark
from matinee.types.event import ABOUT_A_TITLE, SCHEMA_VERSION

__all__ = ["EventLogRules"]

_MINUTE = 60_000


class EventLogRules(StoresContract):
    """Half of the contract of event logs: one event at a time."""

    # What is stored

    def test_an_event_of_every_kind_is_read_back_whole(self, house: Stores) -> None:
        sent = list(every_kind())
        receipt = house.log.append(sent, now=NOW)
        assert codes(receipt) == ["stored"] * len(KINDS)
        read = [one for _, one in house.log.events(ANN)][::-1]
        assert read == [msgspec.structs.replace(one, received=NOW) for one in sent]

    def test_bare_events_are_read_back_without_anything_added(self, house: Stores) -> None:
        sent = event("bare", kind="page_view", title_id=None)
        house.log.append([sent], now=NOW)
        assert house.log.events(ANN) == [
            (house.log.head(), msgspec.structs.replace(sent, received=NOW))
        ]

    def test_columns_hold_what_signals_promise(self, house: Stores) -> None:
        tile = {"token": "t1"}
        house.log.append(
            [
                event("a", kind="rate", value=3.0, max=4.0),
                event("b", kind="thumb", value=-1, device="mobile"),
                event("c", kind="hover", dwell_ms=250, tz_offset_min=60),
                event("d", kind="trailer_play", watched_s=12.0),
                event("e", title_id="series", episode_id="series-e3", watched_s=5.0),
                event("f", kind="signup", title_id=None),
                event("g", kind="seek_fwd", from_s=1.0, position_s=9.0, duration_s=20.0),
                event("h", kind="play_start", session_id="s1", autoplay=True, **tile),
                event("i", kind="trailer_play", session_id="s1", auto=True),
                event("j", kind="play_start", session_id="s2", **tile),
            ],
            now=NOW,
        )
        read = house.log.tail(0).signals
        nan = np.nan
        said: dict[str, list[float]] = {
            "values": [0.75, -1, 0.25, 12, *[nan] * 6],
            "watched": [*[nan] * 4, 5, *[nan] * 5],
            "positions": [*[nan] * 6, 9, *[nan] * 3],
            "durations": [*[nan] * 6, 20, *[nan] * 3],
            "titles": [0, 0, 0, 0, 3, -1, 0, 0, 0, 0],
            "episodes": [-1, -1, -1, -1, 2, *[-1] * 5],
            "devices": [-1, 2, *[-1] * 8],
            "tz_offsets": [0, 0, 60, *[0] * 7],
            "profiles": [0] * 10,
            "received": [NOW] * 10,
            "origins": [ORIGINS.index("live")] * 10,
            "sessions": [*[0] * 7, mark("s1"), mark("s1"), mark("s2")],
            "tiles": [*[0] * 7, mark("t1"), 0, mark("t1")],
            "unasked": [*[False] * 7, True, True, False],
        }
        for name, wanted in said.items():
            np.testing.assert_array_equal(getattr(read, name), wanted, err_msg=name)
        assert [KINDS[kind] for kind in read.kinds] == [
            *("rate", "thumb", "hover", "trailer_play", "play_end", "signup", "seek_fwd"),
            *("play_start", "trailer_play", "play_start"),
        ]

    def test_the_way_in_says_the_origin_and_the_log_the_time_of_receipt(
        self, house: Stores
    ) -> None:
        claim = event("a", origin="demo", received=NOW - 7 * DAY_MS)
        house.log.append([claim], now=NOW, origin="simulated")
        ((_, read),) = house.log.events(ANN)
        assert (read.origin, read.received) == ("simulated", NOW)
        assert codes(house.log.append([event("a")], now=NOW)) == ["duplicate"]

    def test_appending_nothing_changes_nothing(self, house: Stores) -> None:
        assert codes(house.log.append([], now=NOW)) == []
        assert house.log.head() == 0

    # Once

    def test_the_same_body_again_is_a_duplicate(self, house: Stores) -> None:
        assert codes(house.log.append([event("a"), event("a")], now=NOW)) == ["stored", "duplicate"]
        assert codes(house.log.append([event("a")], now=at(DAY_MS))) == ["duplicate"]
        assert house.log.counts([ANN]) == [1]

    @pytest.mark.parametrize(
        "body",
        [
            '{"kind":"rate","at":1789999999000,"value":4,"max":5.0}',
            '{"value":4.0,"at":"2026-09-21T14:13:19Z","kind":"rate","device":null}',
            '{"at":"2026-09-21T15:13:19.000+01:00","max":5,"value":4e0,"kind":"rate","schema_version":1}',
        ],
    )
    def test_how_a_body_is_spelled_does_not_matter(self, house: Stores, body: str) -> None:
        first = event("a", kind="rate", value=4.0, at=NOW - 1000)
        house.log.append([first], now=NOW)
        who = '"title_id":"film1","profile_id":"ann","event_id":"a"}'
        again = sample(msgspec.json.decode(body.replace("}", "," + who)))
        assert codes(house.log.append([again], now=NOW)) == ["duplicate"]

    def test_another_body_under_a_known_id_is_a_conflict(self, house: Stores) -> None:
        house.log.append([event("a", watched_s=1.0)], now=NOW)
        other = house.log.append([event("a", watched_s=2.0)], now=NOW)
        assert codes(other) == ["conflict"]
        assert "'a'" in other.outcomes[0].detail
        assert [one.watched_s for _, one in house.log.events(ANN)] == [1.0]  # type: ignore[union-attr]  # a play_end has it

    def test_bodies_are_compared_as_sent_and_not_as_clamped(self, house: Stores) -> None:
        early = event("a", at=at(DAY_MS))
        house.log.append([early], now=NOW)
        assert codes(house.log.append([early], now=at(_MINUTE))) == ["duplicate"]
        clamped = house.log.append([event("a", at=NOW)], now=at(_MINUTE))
        assert codes(clamped) == ["conflict"]

    def test_a_late_repeat_is_a_duplicate_and_never_stored_twice(self, house: Stores) -> None:
        house.log.append([event("a", at=NOW)], now=NOW)
        late = at(30 * DAY_MS + 1)
        assert codes(house.log.append([event("a", at=NOW)], now=late)) == ["duplicate"]
        for days in (40, 41, 90):
            later = house.log.append([event("a", at=NOW)], now=at(days * DAY_MS))
            assert codes(later) in (["duplicate"], ["too_old"])
        assert house.log.counts([ANN]) == [1]

    def test_imported_ids_are_remembered_for_ever(self, house: Stores) -> None:
        old = [event(f"i{year}", at=NOW - year * 365 * DAY_MS) for year in (1, 10, 25)]
        house.log.append(old, now=NOW, origin="import")
        house.log.append([event("today")], now=at(400 * DAY_MS), origin="import")
        again = house.log.append(old, now=at(800 * DAY_MS), origin="import")
        assert codes(again) == ["duplicate"] * 3

    # What is turned away

    def test_a_live_event_may_be_thirty_days_old_and_not_more(self, house: Stores) -> None:
        oldest = NOW - 30 * DAY_MS
        receipt = house.log.append([event("a", at=oldest), event("b", at=oldest - 1)], now=NOW)
        assert codes(receipt) == ["stored", "too_old"]

    @pytest.mark.parametrize("origin", ["import", "demo", "simulated"])
    def test_only_live_events_can_be_too_old_or_are_clamped(
        self, house: Stores, origin: Origin
    ) -> None:
        said = [event("a", at=Moment(0)), event("b", at=at(DAY_MS))]
        assert codes(house.log.append(said, now=NOW, origin=origin)) == ["stored", "stored"]
        assert house.log.tail(0).signals.at.tolist() == [0, NOW + DAY_MS]

    def test_after_a_clock_ran_ahead_and_came_back_events_are_welcome(self, house: Stores) -> None:
        """Times of receipt stay ahead and go on; what happens now is not old for that."""
        year = Moment(NOW + 365 * DAY_MS)
        house.log.append([event("before")], now=NOW)
        ahead = house.log.append([event("ahead", at=year)], now=year)
        back = house.log.append([event("back"), event("before")], now=at(1000))
        assert codes(back) == ["stored", "duplicate"]
        assert back.received == ahead.received
        assert house.log.append([event("back")], now=at(2000)).count("duplicate") == 1
        assert house.log.tail(0).signals.received.tolist() == [NOW, year, year]

    def test_an_event_of_another_schema_version_is_invalid(self, house: Stores) -> None:
        """Whoever sends it brings it to today's words first."""
        newer = house.log.append([event("newer", schema_version=SCHEMA_VERSION + 1)], now=NOW)
        assert codes(newer) == ["invalid"]
        assert f"schema_version {SCHEMA_VERSION + 1}" in newer.outcomes[0].detail

    def test_a_clock_that_runs_ahead_is_clamped_beyond_five_minutes(self, house: Stores) -> None:
        ahead = [event("a", at=at(5 * _MINUTE)), event("b", at=at(5 * _MINUTE + 1))]
        house.log.append(ahead, now=NOW)
        assert house.log.tail(0).signals.at.tolist() == [NOW + 5 * _MINUTE, NOW]

    @pytest.mark.parametrize(
        ("said", "code", "names"),
        [
            ({"profile_id": "nobody"}, "unknown_profile", "nobody"),
            ({"title_id": "nothing"}, "unknown_title", "nothing"),
            ({"title_id": "series", "episode_id": "e99"}, "unknown_title", "e99"),
            ({"title_id": "series", "episode_id": "other-e1"}, "unknown_title", "other-e1"),
            ({"title_id": "film1", "episode_id": "series-e1"}, "unknown_title", "series-e1"),
            (
                {"kind": "row_scroll", "title_id": None, "episode_id": "series-e1"},
                "invalid",
                "series-e1",
            ),
            ({"kind": "rate", "value": 5.5}, "invalid", "5.5 out of 5"),
            ({"kind": "rate", "value": 11.0, "max": 10.0}, "invalid", "11 out of 10"),
        ],
    )
    def test_an_unknown_id_is_named_and_rejects_its_event_alone(
        self, house: Stores, said: dict[str, Any], code: str, names: str
    ) -> None:
        receipt = house.log.append([event("a"), event("b", **said), event("c")], now=NOW)
        assert codes(receipt) == ["stored", code, "stored"]
        assert names in receipt.outcomes[1].detail
        assert receipt.outcomes[1].rejected
        assert receipt.count("stored") == 2
        assert house.log.tail(0).signals.titles.tolist() == [0, 0]

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_event_about_a_title_names_it(self, house: Stores, kind: str) -> None:
        [whole] = [one for one in every_kind() if one.__struct_config__.tag == kind]
        said = {"title_id": None, "episode_id": None, "token": None}
        receipt = house.log.append([msgspec.structs.replace(whole, **said)], now=NOW)
        if kind in ABOUT_A_TITLE:
            assert codes(receipt) == ["invalid"]
            assert receipt.outcomes[0].detail == f"{kind} needs a title_id"
        else:
            assert codes(receipt) == ["stored"]
        assert codes(house.log.append([whole], now=NOW)) == (
            ["stored"] if kind in ABOUT_A_TITLE else ["conflict"]
        )

    def test_a_search_click_names_its_title_if_it_is_on_one(self, house: Stores) -> None:
        words: dict[str, Any] = {"kind": "search_click", "title_id": None}
        clicks = [event(f"e-{entity}", entity=entity, **words) for entity in ("person", "title")]
        receipt = house.log.append([*clicks, event("e", **words)], now=NOW)
        assert codes(receipt) == ["stored", "invalid", "invalid"]
        assert "needs a title_id" in receipt.outcomes[2].detail

    def test_a_rating_may_be_its_maximum(self, house: Stores) -> None:
        best = [event("a", kind="rate", value=5), event("b", kind="rate", value=9.5, max=9.5)]
        assert codes(house.log.append(best, now=NOW)) == ["stored", "stored"]

    def test_what_was_rejected_is_welcome_once_its_title_is_known(self, house: Stores) -> None:
        soon = event("a", title_id="film9")
        assert codes(house.log.append([soon], now=NOW)) == ["unknown_title"]
        house.catalogue.upsert([Title(title_id="film9", name="Film 9")], now=NOW)
        assert codes(house.log.append([soon], now=NOW)) == ["stored"]

    @pytest.mark.parametrize(
        "change", [{"watched_s": "long"}, {"watched_s": -1.0}, {"title_id": "a b"}, {"at": "soon"}]
    )
    def test_an_event_that_breaks_its_schema_is_invalid(
        self, house: Stores, change: dict[str, Any]
    ) -> None:
        broken = msgspec.structs.replace(event("a"), **change)
        receipt = house.log.append([broken, event("b")], now=NOW)
        assert codes(receipt) == ["invalid", "stored"]
        assert receipt.outcomes[0].event_id == "a"

    def test_rejected_events_are_kept_aside_newest_first(self, house: Stores) -> None:
        for i in range(3):
            house.log.append([event(f"r{i}", title_id=f"x{i}")], now=at(i))
        kept = house.log.rejected(limit=2)
        assert [one.outcome.event_id for one in kept] == ["r2", "r1"]
        assert [one.received for one in kept] == [NOW + 2, NOW + 1]
        assert kept[0].outcome.code == "unknown_title"
        assert msgspec.json.decode(kept[0].body)["title_id"] == "x2"
        house.log.turn_away(kept[1:])
        assert house.log.rejected(limit=1) == kept[1:]
        assert house.log.head() == 0
