"""An import by blocks leaves what an import by batches leaves, however it went before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.data.readers import Where
from matinee.data.readers.movielens import MovieLens
from matinee.service.importing import ImportReport, Progress, import_data
from matinee.stores import Stores, memory_stores, open_stores
from matinee.types import DAY_MS, Moment

NOW = Moment.parse("2026-11-22T18:00:00Z")
LATER = Moment(NOW + 40 * DAY_MS)
START_S = 1_000_000_000
FOLDERS_MADE = settings(max_examples=40)

GOOD = st.tuples(
    st.integers(1, 4),
    st.integers(1, 5),  # 4 and 5 are in no list of movies
    st.sampled_from(["0.5", "3.5", "5"]),
    st.integers(START_S, START_S + 3),
).map(lambda row: ",".join(map(str, row)))
BROKEN = st.sampled_from(["1,2", "x,1,3,5", "1,1,9,5", '1,"1,3,5', "1,1,3,99999999999"])
LINES = st.lists(st.one_of(GOOD, GOOD, GOOD, BROKEN), min_size=1, max_size=25)


@contextmanager
def opened(lines: Sequence[str]) -> Iterator[MovieLens]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "ratings.csv").write_text(
            "\n".join(["userId,movieId,rating,timestamp", *lines]) + "\n", encoding="utf-8"
        )
        (folder / "movies.csv").write_text(
            "movieId,title,genres\n1,One (1991),Drama\n2,Two (1992),War\n3,Three (1993),Comedy\n"
        )
        yield MovieLens.open(Where(path=folder, cache=folder))


def first_of_each_id(lines: Sequence[str]) -> list[str]:
    """Drop ratings that say something else under the id of an earlier one, and keep repeats."""
    said: dict[tuple[str, ...], str] = {}
    kept = []
    for line in lines:
        user, movie, *rest = line.split(",")
        if said.setdefault((user, movie, *rest[1:]), line) == line:
            kept.append(line)
    return kept


def held(stores: Stores) -> list[tuple[object, ...]]:
    """Everything that an import leaves, but the order in which it came."""
    found, titles = [], stores.catalogue.snapshot().vocabulary
    for name in stores.profiles.ids():
        events = stores.log.events(name)
        found += [
            (name, e.event_id, e.at, e.origin, e.title_id, getattr(e, "value", None))
            for _, e in events
        ]
        history = stores.log.history(name)
        found += [
            (name, *row)
            for row in zip(
                titles.names(history.titles),
                *(c.tolist() for c in (history.kinds, history.at, history.values)),
                strict=True,
            )
        ]
    return sorted(found, key=str)


def turned_away(stores: Stores) -> list[tuple[object, ...]]:
    found = [(one.outcome, one.body) for one in stores.log.rejected(limit=1_000)]
    return sorted(found, key=str)


def counts(report: ImportReport) -> tuple[object, ...]:
    return (
        (report.titles, report.titles_new, report.profiles, report.profiles_new),
        (report.events, report.stored, report.duplicates, report.rejected, dict(report.reasons)),
        sorted(report.refusals, key=lambda one: (one.file, one.line)),
        report.shift_ms,
    )


@given(LINES, st.booleans())
@FOLDERS_MADE
def test_both_ways_store_the_same_and_reject_the_same(lines: list[str], create: bool) -> None:  # noqa: FBT001  (drawn)
    with opened(first_of_each_id(lines)) as reader:
        by_batch, by_block = memory_stores(), memory_stores()
        slow = import_data(by_batch, reader, now=NOW, create=create)
        fast = import_data(by_block, reader, now=NOW, create=create, bulk_lines=0)
        assert turned_away(by_block) == turned_away(by_batch)
        again = import_data(by_block, reader, now=LATER, create=create, bulk_lines=0)
    assert counts(fast) == counts(slow)
    assert held(by_block) == held(by_batch)
    assert (again.stored, again.duplicates) == (0, slow.stored + slow.duplicates)
    assert again.shift_ms == slow.shift_ms or not slow.stored  # an empty log remembers nothing


@given(LINES)
@FOLDERS_MADE
def test_another_rating_under_the_same_id_is_a_duplicate_in_a_block(lines: list[str]) -> None:
    with opened(lines) as reader:
        by_batch, by_block = memory_stores(), memory_stores()
        slow = import_data(by_batch, reader, now=NOW)
        fast = import_data(by_block, reader, now=NOW, bulk_lines=0)
    assert fast.stored == slow.stored
    assert fast.duplicates == slow.duplicates + slow.reasons.get("conflict", 0)
    assert held(by_block) == held(by_batch)


@given(LINES, st.booleans())
@FOLDERS_MADE
def test_one_way_completes_the_other(lines: list[str], blocks_first: bool) -> None:  # noqa: FBT001  (drawn)
    lines = first_of_each_id(lines)
    whole, both = memory_stores(), memory_stores()
    first, second = (0, 10**9) if blocks_first else (10**9, 0)
    with opened(lines[: len(lines) // 2 + 1]) as part:
        import_data(both, part, now=NOW, bulk_lines=first)
        import_data(whole, part, now=NOW)
    with opened(lines) as reader:
        rest = import_data(both, reader, now=NOW, bulk_lines=second)
        assert rest.shift_ms == import_data(whole, reader, now=NOW).shift_ms
    assert held(both) == held(whole)


class CutShortError(Exception):
    pass


def test_an_import_by_blocks_that_is_cut_short_is_completed_by_another(tmp_path: Path) -> None:
    rows = [f"{k % 40 + 1},{k % 3 + 1},3.5,{START_S + k}" for k in range(2_000)]
    with opened(rows) as reader, closing(memory_stores()) as whole:
        small = replace(reader, block_bytes=9_000)
        report = import_data(whole, small, now=NOW, bulk_lines=0)
        expected = held(whole)
        steps: list[tuple[int, int]] = []
        for cut in range(1, 7):
            folder = tmp_path / str(cut)
            with closing(open_stores(folder)) as stores:
                steps.clear()
                with suppress(CutShortError):
                    import_data(stores, small, now=NOW, bulk_lines=0, progress=_after(cut, steps))
                kept = sum(stores.log.counts(stores.profiles.ids()))
            with closing(open_stores(folder)) as stores:
                rest = import_data(stores, small, now=Moment(NOW + DAY_MS), bulk_lines=0)
                assert (rest.stored, rest.duplicates) == (2_000 - kept, kept)
                assert held(stores) == expected
    assert report.stored == 2_000
    assert 0 < kept < 2_000
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def _after(cut: int, steps: list[tuple[int, int]]) -> Progress:
    def told(done: int, expected: int) -> None:
        steps.append((done, expected))
        if len(steps) == cut:
            raise CutShortError

    return told
