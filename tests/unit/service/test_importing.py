"""Importing: durable batches, nothing twice, and a move of times that is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from matinee.data.readers import Batch, Picture, Refusal, event_id, open_reader
from matinee.service.importing import import_data
from matinee.stores import Stores, memory_stores, open_stores
from matinee.types import (
    DAY_MS,
    Account,
    AccountId,
    Artwork,
    EventId,
    Moment,
    Profile,
    ProfileId,
    Title,
    TitleId,
)
from matinee.types.event import Rate, Thumb

WEEK_MS = 7 * DAY_MS
OLD = Moment.parse("2001-03-05T20:15:00Z")
NOW = Moment.parse("2026-11-22T18:00:00Z")


@dataclass(frozen=True)
class Shelf:
    """A source of three ratings by two viewers; `broken_after` batches it is interrupted."""

    broken_after: int = 99
    refused: tuple[Refusal, ...] = ()
    pictures: tuple[Picture, ...] = ()
    newest: Moment | None = OLD
    name: ClassVar[str] = "shelf"
    step_ms: ClassVar[int] = WEEK_MS
    expected: ClassVar[int] = 9
    notes: ClassVar[Mapping[str, int]] = {"remarks": 2}

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        def rate(profile: str, title: str, at: int) -> Rate:
            return Rate(
                event_id=event_id("shelf", profile, title, at),
                profile_id=profile,
                title_id=title,
                at=Moment(at + shift_ms),
                value=4,
            )

        made = (
            Batch(
                titles=(
                    Title(
                        title_id="a", name="A", artworks=(Artwork(artwork_id="x", file="a.jpg"),)
                    ),
                    Title(title_id="b", name="B"),
                ),
                pictures=self.pictures,
            ),
            Batch(
                accounts=(Account(account_id="h"),),
                profiles=(
                    Profile(profile_id="p1", account_id="h"),
                    Profile(profile_id="p2", account_id="h"),
                ),
            ),
            Batch(events=(rate("p1", "a", OLD - DAY_MS), rate("p1", "b", OLD)), lines=(2, 3)),
            Batch(events=(rate("p2", "a", OLD), rate("p2", "zzz", OLD)), lines=(4, 7)),
            Batch(refused=self.refused),
        )
        for number, batch in enumerate(made):
            if number == self.broken_after:
                raise KeyboardInterrupt
            yield batch


def times(stores: Stores) -> list[Moment]:
    return sorted(event.at for _, event in stores.log.events(ProfileId("p1")))


def cut_short(stores: Stores, *, after: int) -> None:
    """Import so many batches and be interrupted."""
    with pytest.raises(KeyboardInterrupt):
        import_data(stores, Shelf(broken_after=after), now=NOW)


def test_the_report_counts_what_became_of_everything() -> None:
    reader = Shelf(refused=(Refusal("shelf.csv", 9, "no number"),))
    report = import_data(memory_stores(), reader, now=NOW)
    assert (report.titles, report.titles_new) == (2, 2)
    assert (report.profiles, report.profiles_new) == (2, 2)
    assert (report.events, report.stored, report.duplicates, report.rejected) == (4, 3, 0, 2)
    assert report.reasons == {"unknown_title": 1, "unreadable": 1}
    assert report.notes == {"remarks": 2}
    assert report.source == "shelf"
    assert report.seconds > 0


def test_a_refusal_says_line_and_reason() -> None:
    report = import_data(memory_stores(), Shelf(), now=NOW)
    [refusal] = report.refusals
    assert refusal.line == 7
    assert refusal.reason.startswith("unknown_title:")
    assert "zzz" in refusal.reason


def test_what_the_log_refuses_of_a_file_says_which_file(tmp_path: Path) -> None:
    file = tmp_path / "thumbs.csv"
    file.write_text("kind,profile_id,title_id,at,value\nthumb,p1,t1,1577836800,1\n")
    reader = open_reader(file, data_folder=None, cache=tmp_path / "cache")
    [refusal] = import_data(memory_stores(), reader, now=NOW).refusals
    assert (refusal.file, refusal.line) == ("thumbs.csv", 2)


def test_events_carry_the_origin_of_the_way_in() -> None:
    stores = memory_stores()
    import_data(stores, Shelf(), now=NOW, origin="demo")
    assert {event.origin for _, event in stores.log.events(ProfileId("p1"))} == {"demo"}


def test_times_move_by_whole_weeks_into_the_past_seven_days() -> None:
    stores = memory_stores()
    report = import_data(stores, Shelf(), now=NOW)
    assert report.shift_ms % WEEK_MS == 0
    assert NOW - WEEK_MS < times(stores)[-1] <= NOW
    assert times(stores)[-1].datetime.weekday() == OLD.datetime.weekday()


def test_a_later_import_moves_times_as_the_first_did() -> None:
    stores = memory_stores()
    first = import_data(stores, Shelf(), now=NOW)
    before = times(stores)
    later = import_data(stores, Shelf(), now=Moment(NOW + 5 * WEEK_MS + DAY_MS))
    assert (later.stored, later.duplicates) == (0, 3)
    assert later.shift_ms == first.shift_ms
    assert times(stores) == before


def test_the_move_is_known_even_when_the_first_viewer_is_not_in_the_log() -> None:
    stores = memory_stores()
    first = import_data(stores, Shelf(), now=NOW)
    only_p2 = memory_stores()
    cut_short(only_p2, after=2)
    [(_, kept)] = [
        (offset, event)
        for offset, event in stores.log.events(ProfileId("p2"))
        if event.title_id == "a"
    ]
    only_p2.log.append([kept], now=NOW, origin="import")
    later = import_data(only_p2, _P2First(), now=Moment(NOW + 3 * WEEK_MS))
    assert later.shift_ms == first.shift_ms
    assert later.duplicates == 1


@dataclass(frozen=True)
class _P2First(Shelf):
    """The same source, both viewers in one batch."""

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        events = [e for batch in super().batches(shift_ms=shift_ms) for e in batch.events]
        yield Batch(events=tuple(events))


def test_other_events_of_a_viewer_do_not_count_as_an_earlier_import() -> None:
    stores = memory_stores()
    cut_short(stores, after=2)
    thumb = Thumb(
        event_id=EventId("live-1"), profile_id="p1", title_id="a", at=Moment(NOW - 5), value=1
    )
    stores.log.append([thumb], now=NOW)
    report = import_data(stores, Shelf(), now=NOW)
    assert report.shift_ms == (NOW - OLD) // WEEK_MS * WEEK_MS
    assert report.stored == 3


def test_a_source_of_the_present_keeps_its_times() -> None:
    stores = memory_stores()
    report = import_data(stores, replace(Shelf(), newest=None), now=NOW)
    assert report.shift_ms == 0
    assert times(stores)[-1] == OLD


@pytest.mark.parametrize("whole_batches", range(5))
def test_an_import_cut_short_keeps_whole_batches_and_is_completed_by_another(
    tmp_path: Path, whole_batches: int
) -> None:
    stores = open_stores(tmp_path)
    cut_short(stores, after=whole_batches)
    stores.close()
    stores = open_stores(tmp_path)
    kept = sum(stores.log.counts([ProfileId("p1"), ProfileId("p2")]))
    assert kept == (0, 0, 0, 2, 3)[whole_batches]
    rest = import_data(stores, Shelf(), now=Moment(NOW + DAY_MS))
    assert (rest.stored, rest.duplicates) == (3 - kept, kept)
    stores.close()


@pytest.mark.parametrize("kind", ["memory", "files"])
def test_another_import_undoes_nothing_that_an_operator_did(kind: str, tmp_path: Path) -> None:
    stores = memory_stores() if kind == "memory" else open_stores(tmp_path)
    import_data(stores, Shelf(), now=NOW)
    child = Profile(profile_id="p1", account_id="h", kids=True, maturity=7, created=NOW)
    stores.profiles.put_profile(child, now=NOW)
    stores.profiles.put_account(Account(account_id="h", country="NL"), now=NOW)
    stores.catalogue.hide(TitleId("a"), now=NOW)
    version = stores.catalogue.version()
    again = import_data(stores, Shelf(), now=Moment(NOW + DAY_MS))
    assert (again.titles_new, again.profiles_new, again.stored) == (0, 0, 0)
    assert stores.profiles.profile(ProfileId("p1")) == child
    held = stores.profiles.account(AccountId("h"))
    assert held is not None
    assert held.country == "NL"
    assert stores.catalogue.snapshot().hidden.tolist() == [True, False]
    assert stores.catalogue.version() == version
    stores.close()


def test_progress_reaches_the_whole() -> None:
    told: list[tuple[int, int]] = []
    import_data(memory_stores(), Shelf(), now=NOW, progress=lambda *said: told.append(said))
    assert [done for done, _ in told] == [2, 4, 6, 8, 8]
    assert all(done <= expected for done, expected in told)


def test_pictures_are_written_where_art_is_kept(tmp_path: Path) -> None:
    stores, reader = memory_stores(), Shelf(pictures=(Picture("a.jpg", b"jpeg"),))
    report = import_data(stores, reader, now=NOW, art=tmp_path / "art")
    assert report.pictures == 1
    assert [file.name for file in (tmp_path / "art").iterdir()] == ["a.jpg"]
    assert (tmp_path / "art" / "a.jpg").read_bytes() == b"jpeg"
    assert stores.catalogue.snapshot().titles[0].artworks[0].file == "a.jpg"


def test_without_a_place_for_pictures_titles_do_not_name_them() -> None:
    stores = memory_stores()
    report = import_data(stores, Shelf(pictures=(Picture("a.jpg", b"jpeg"),)), now=NOW)
    assert report.pictures == 0
    assert stores.catalogue.snapshot().titles[0].artworks == ()


def test_only_the_first_thousand_refusals_are_kept_and_all_are_counted() -> None:
    reader = Shelf(refused=tuple(Refusal("f", k, "bad") for k in range(1_500)))
    report = import_data(memory_stores(), reader, now=NOW)
    assert report.reasons["unreadable"] == 1_500
    assert len(report.refusals) == 1_000


def test_every_rejection_is_told_however_many_are_kept() -> None:
    refused = tuple(Refusal("f", k, "bad") for k in range(1_500))
    told: list[tuple[str, int]] = []
    import_data(
        memory_stores(),
        Shelf(refused=refused),
        now=NOW,
        rejected=lambda code, refusal: told.append((code, refusal.line)),
    )
    assert told == [("unknown_title", 7), *(("unreadable", k) for k in range(1_500))]


@dataclass(frozen=True)
class _EventsOnly(Shelf):
    """The same source without its titles and profiles."""

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        for batch in super().batches(shift_ms=shift_ms):
            yield Batch(events=batch.events, lines=batch.lines)


def test_what_events_name_and_nobody_knows_is_made_when_asked_for() -> None:
    stores = memory_stores()
    refused = import_data(stores, _EventsOnly(), now=NOW)
    assert refused.reasons == {"unknown_profile": 4}
    report = import_data(stores, _EventsOnly(), now=NOW, create=True)
    assert (report.stored, report.rejected) == (4, 0)
    assert (report.titles_new, report.profiles_new) == (3, 2)
    assert [title.name for title in stores.catalogue.snapshot().titles] == ["a", "b", "zzz"]


def test_what_is_known_is_not_made_again() -> None:
    stores = memory_stores()
    import_data(stores, Shelf(), now=NOW)
    before = stores.catalogue.version(), stores.profiles.profile(ProfileId("p1"))
    stores.catalogue.upsert([Title(title_id="zzz", name="Z")], now=NOW)
    report = import_data(stores, _EventsOnly(), now=NOW, create=True)
    assert (report.titles, report.profiles, report.stored) == (0, 0, 1)
    assert stores.catalogue.version() == before[0] + 1
    assert stores.profiles.profile(ProfileId("p1")) == before[1]


def test_an_account_that_says_nothing_undoes_nothing() -> None:
    stores = memory_stores()
    stores.profiles.put_account(Account(account_id="h", name="House", plan="premium"), now=NOW)
    import_data(stores, Shelf(), now=NOW)
    kept = stores.profiles.account(AccountId("h"))
    assert kept is not None
    assert (kept.name, kept.plan) == ("House", "premium")
