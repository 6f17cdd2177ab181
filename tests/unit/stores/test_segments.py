"""Segments survive what happens to files: cut short, damaged, lost, replaced while being read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from matinee.data.readers import event_id
from matinee.stores import Absorbed, FullError, Receipt, Stores, UnavailableError, open_stores
from matinee.stores.segments import DamagedError, Folder, Written
from matinee.stores.sqlite.blocks import Absorber
from matinee.stores.sqlite.compacting import Compactor, Sizes
from matinee.stores.sqlite.whole import BlockAppender
from matinee.testing.stores_log_blocks import answers, block, same
from matinee.testing.stores_log_whole import whole
from matinee.testing.stores_samples import ANN, BOB, NOW, at, event, furnish
from matinee.types import DAY_MS, Event, Moment, TitleId

_SAID = [("ann", "film1", 0), ("bob", "film2", 1), ("ann", "film3", 2)]
_LATER = at(99 * DAY_MS)


class LostPowerError(Exception):
    """What a fake raises where a machine would stop."""


class CutShort(Folder):
    """A folder whose writer is cut off after, or within, a write."""

    def __init__(self, path: Path, *, after: int, whole: bool) -> None:
        super().__init__(path)
        self._left = after
        self._whole = whole

    def write(self, frame: Any, *, stem: str) -> Written:
        self._left -= 1
        if self._left >= 0:
            return super().write(frame, stem=stem)
        if self._whole:
            super().write(frame, stem=stem)
        else:
            (self.path / f"{stem}.part").write_bytes(b"PAR1 half of it")
        raise LostPowerError

    def remove(self, names: Any) -> None:
        if self._left <= 0 and names:
            raise LostPowerError
        super().remove(names)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    stores = open_stores(tmp_path / "home")
    furnish(stores)
    yield stores
    stores.close()


def inner(stores: Stores) -> Any:
    return stores.log


def absorb(stores: Stores, **how: Any) -> Absorbed:
    return stores.log.absorb(block(*_SAID), **({"source": "s", "shift_ms": 0, "now": NOW} | how))


def fill(stores: Stores) -> None:
    for day in range(40):
        said = [event(f"e{day}-{who}", profile_id=who, at=at(day * DAY_MS)) for who in (ANN, BOB)]
        stores.log.append(said, now=at(day * DAY_MS))


def files(stores: Stores) -> set[str]:
    folder = inner(stores)._folder.path
    return {file.name for file in folder.iterdir() if file.name != "lock"}


def named(stores: Stores) -> set[str]:
    log = inner(stores)
    with log._database.reading() as connection:
        return {one.name for one in log._reader.manifest(connection).segments}


@pytest.mark.parametrize("whole", [False, True])
def test_an_import_cut_short_stores_nothing_and_can_be_had_again(
    stores: Stores, *, whole: bool
) -> None:
    log = inner(stores)
    folder = CutShort(log._folder.path, after=0, whole=whole)
    cut = Absorber(log._database, folder, log._reader)
    with pytest.raises(LostPowerError):
        cut(block(*_SAID), source="s", shift_ms=0, now=NOW)
    assert stores.log.head() == 0
    assert len(files(stores)) == 1
    assert absorb(stores) == Absorbed(stored=3, duplicates=0)
    assert files(stores) == named(stores)
    assert absorb(stores) == Absorbed(stored=0, duplicates=3)


@pytest.mark.parametrize("torn", [False, True])
def test_a_block_of_whole_events_cut_short_stores_nothing_and_can_be_had_again(
    stores: Stores, *, torn: bool
) -> None:
    log = inner(stores)
    said = whole([event("a"), event("b", profile_id="bob")])
    folder = CutShort(log._folder.path, after=0, whole=torn)

    def unasked(events: Sequence[Event], now: Moment) -> Receipt:
        raise AssertionError(events, now)

    with pytest.raises(LostPowerError):
        BlockAppender(log._database, folder, log._reader, unasked)(said, now=NOW)
    assert stores.log.head() == 0
    assert len(files(stores)) == 1
    assert stores.log.append_block(said, now=NOW).stored == 2
    assert files(stores) == named(stores)
    assert stores.log.append_block(said, now=NOW).duplicates == 2


def test_blocks_of_whole_events_are_merged_and_say_the_same(stores: Stores) -> None:
    for k in range(4):
        said = [
            event(f"e{k}-{who}", profile_id=who, at=at(-k), session_id=f"s{k}", watched_s=k)
            for who in (ANN, BOB)
        ]
        stores.log.append_block(whole(said), now=at(k))
    made = [event(event_id("t", ANN, "film1", k), at=at(k)) for k in (7, 8)]
    stores.log.append_block(whole(made, own_ids=False), now=at(9))
    before = answers(stores)
    assert len(named(stores)) == 5
    log = inner(stores)
    small = Sizes(few=1, fan=5, merged=99)
    Compactor(log._database, log._folder, log._reader, small)(
        now=_LATER, hot_days=32, progress=None
    )
    assert len(named(stores)) == 1
    same(answers(stores), before)
    assert stores.log.append_block(whole(made, own_ids=False), now=_LATER).duplicates == 2
    assert stores.log.forget(ANN, TitleId("film1")) == 6
    assert stores.log.counts([ANN, BOB]) == [0, 4]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("after", [0, 1, 3, 9])
def test_compaction_cut_short_anywhere_is_completed_by_the_next(
    stores: Stores, *, after: int, whole: bool
) -> None:
    fill(stores)
    before = answers(stores)
    log = inner(stores)
    folder = CutShort(log._folder.path, after=after, whole=whole)
    small = Sizes(read=7, delete=3, most=9, few=5, days=3, fan=2, merged=99)
    with pytest.raises(LostPowerError):
        Compactor(log._database, folder, log._reader, small)(now=_LATER, hot_days=32, progress=None)
    same(answers(stores), before)
    Compactor(log._database, log._folder, log._reader, small)(
        now=_LATER, hot_days=32, progress=None
    )
    same(answers(stores), before)
    assert files(stores) == named(stores)


def test_an_expiry_cut_short_after_some_segments_is_completed_by_the_next(stores: Stores) -> None:
    for source in ("a", "b", "c"):
        absorb(stores, source=source)
    said = [event("new", at=NOW), event("old", at=1_000_000_000_000)]
    stores.log.append(said, now=NOW, origin="import")
    before, log = Moment(NOW - DAY_MS), inner(stores)
    whole, log._folder = log._folder, CutShort(log._folder.path, after=1, whole=False)
    with pytest.raises(LostPowerError):
        stores.log.expire(before)
    assert sum(stores.log.counts([ANN, BOB])) == 6 + 2
    log._folder = whole
    assert stores.log.expire(before) == 7
    assert [one.event_id for _, one in stores.log.events(ANN)] == ["new"]
    assert stores.log.expire(before) == 0
    assert files(stores) == named(stores)
    for source in ("a", "b", "c"):
        assert absorb(stores, source=source) == Absorbed(stored=0, duplicates=3)


def test_old_rows_leave_the_database_and_are_answered_from_segments(stores: Stores) -> None:
    fill(stores)
    before = answers(stores)
    assert stores.log.compact(now=at(50 * DAY_MS), hot_days=32) == 80
    with inner(stores)._database.reading() as connection:
        days = connection.execute("SELECT count(DISTINCT received) FROM events").fetchone()[0]
    assert 20 < days < 40
    same(answers(stores), before)
    assert stores.log.compact(now=at(50 * DAY_MS), hot_days=32) == 0


def test_progress_ends_at_what_was_copied(stores: Stores) -> None:
    fill(stores)
    told: list[tuple[int, int]] = []
    stores.log.compact(now=_LATER, hot_days=32, progress=lambda *said: told.append(said))
    assert told[-1] == (80, 80)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_day_that_is_not_over_stays_where_it_is(stores: Stores) -> None:
    fill(stores)
    assert stores.log.compact(now=at(39 * DAY_MS), hot_days=32) == 78


def test_a_missing_segment_is_named_with_what_to_do(stores: Stores) -> None:
    absorb(stores)
    (name,) = named(stores)
    (inner(stores)._folder.path / name).unlink()
    for read in (
        lambda: stores.log.scan(at=NOW, upto=9),
        lambda: stores.log.history(ANN),
        lambda: stores.log.events(ANN),
        lambda: stores.log.tail(0),
        lambda: stores.log.counts([ANN]),
    ):
        with pytest.raises(ValueError, match=rf"{name} is missing; put the file back"):
            read()


def test_a_damaged_segment_is_named_with_what_to_do(stores: Stores) -> None:
    absorb(stores)
    (name,) = named(stores)
    file = inner(stores)._folder.path / name
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(UnavailableError, match=rf"{name} cannot be read.*restore the last export"):
        stores.log.scan(at=NOW, upto=9)


def test_rows_are_kept_where_their_copy_is_damaged(stores: Stores) -> None:
    fill(stores)
    before = answers(stores)
    stores.log.compact(now=at(40 * DAY_MS), hot_days=99)
    oldest = min(named(stores))
    file = inner(stores)._folder.path / oldest
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"PAR1", b"QAR1"))
    with pytest.raises(DamagedError, match=oldest):
        stores.log.compact(now=_LATER, hot_days=32)
    with inner(stores)._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (80,)
    file.write_bytes(whole)
    stores.log.compact(now=_LATER, hot_days=32)
    same(answers(stores), before)


def test_a_full_disk_stores_nothing_and_leaves_nothing(stores: Stores, tmp_path: Path) -> None:
    class Full(Folder):
        def _written(self, *said: Any) -> Written:
            super()._written(*said)
            raise OSError(28, "No space left on device")

    log = inner(stores)
    cut = Absorber(log._database, Full(log._folder.path), log._reader)
    with pytest.raises(FullError, match="make room"):
        cut(block(*_SAID), source="s", shift_ms=0, now=NOW)
    assert stores.log.head() == 0


def test_who_loses_a_segment_while_reading_reads_the_new_one(
    stores: Stores, tmp_path: Path
) -> None:
    absorb(stores)
    other = open_stores(tmp_path / "home")
    held = answers(other)
    log = inner(other)
    read, done = log._reader.manifest, []

    def stale(connection: Any) -> Any:
        found = read(connection)
        if not done:
            done.append(stores.log.forget(BOB, TitleId("film2")))
        return found

    log._reader.manifest = stale
    assert len(other.log.history(BOB)) == 0
    assert done == [1]
    log._reader.manifest = read
    assert len(other.log.history(ANN)) == 2
    assert other.log.head() == held[2]
    other.close()


@pytest.mark.parametrize("what", ["absorb", "compact", "forget"])
def test_what_another_process_did_since_is_in_what_is_newer(
    stores: Stores, tmp_path: Path, what: str
) -> None:
    fill(stores)
    other = open_stores(tmp_path / "home")
    newer = other.log.history(ANN, after=60)
    assert len(newer) == 10
    assert len(other.log.history(ANN, after=60, upto=70)) == 5
    if what == "absorb":
        absorb(stores)
    elif what == "compact":
        stores.log.compact(now=_LATER, hot_days=32)
    else:
        assert stores.log.forget(ANN, TitleId("film1")) == 40
    for _ in range(2):  # with the manifest that was held, and with the one read then
        found = other.log.history(ANN, after=60).offsets.tolist()
        expected = [offset for offset, _ in stores.log.events(ANN) if offset > 60]
        assert sorted(found) == sorted(expected)
        assert len(found) == {"absorb": 12, "compact": 10, "forget": 0}[what]
    other.close()


def test_what_is_deleted_is_in_no_file_any_more(stores: Stores) -> None:
    fill(stores)
    absorb(stores)
    stores.log.compact(now=_LATER, hot_days=32)
    was = files(stores)
    assert stores.log.forget(BOB, TitleId("film2")) == 1
    assert stores.log.forget(ANN, TitleId("film1")) == 41
    assert stores.log.counts([ANN, BOB]) == [1, 40]
    assert files(stores) == named(stores)
    assert not files(stores) & was
    assert absorb(stores) == Absorbed(stored=0, duplicates=3)
    assert stores.log.counts([ANN, BOB]) == [1, 40]


def test_an_erased_profile_is_in_no_segment_any_more(stores: Stores) -> None:
    fill(stores)
    absorb(stores)
    stores.log.compact(now=_LATER, hot_days=32)
    generation = stores.log.generation()
    stores.erasures.begin(ANN, erasure_id="e", now=_LATER)
    scan = stores.log.scan(at=_LATER, upto=stores.log.head())
    assert set(scan.profiles.tolist()) == {1}
    assert stores.log.generation() > generation
    assert files(stores) == named(stores)
    with pytest.raises(ValueError, match="profile row 0"):
        absorb(stores)


def test_who_appends_while_a_block_is_written_is_not_doubled(stores: Stores) -> None:
    log = inner(stores)

    class Slow(Folder):
        def write(self, frame: Any, *, stem: str) -> Written:
            written = super().write(frame, stem=stem)
            rated = [one for _, one in twin.log.events(ANN)]
            stores.log.append(rated, now=NOW, origin="import")
            return written

    twin = open_stores(log._folder.path.parent.parent / "twin")
    furnish(twin)
    absorb(twin)
    slow = Absorber(log._database, Slow(log._folder.path), log._reader)
    assert slow(block(*_SAID), source="s", shift_ms=0, now=NOW) == Absorbed(1, 2)
    assert stores.log.counts([ANN, BOB]) == [2, 1]
    twin.close()
