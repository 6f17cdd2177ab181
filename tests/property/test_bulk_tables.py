"""A table taken by the block leaves what the same table leaves line by line, whatever is in it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.data.readers import ColumnMap, Refusal, Where
from matinee.data.readers._cell_blocks import cell_blocks
from matinee.data.readers._event_blocks import event_block
from matinee.data.readers.tables import Tables
from matinee.service.importing import ImportReport, import_data
from matinee.stores import Stores, open_stores
from matinee.stores.columns import draft
from matinee.stores.laying import laid
from matinee.testing.stores_samples import NOW, furnish
from matinee.types import Moment, ProfileId
from matinee.types.event import KINDS

Row = Mapping[str, str]

WHO = ("ann", "bob", "eve", "zed", " ann ", "", "a b", "é")
WHAT = ("film1", "film2", "series", "film9", "", "null")
WHEN = (
    *("1700000000", "1700000001", "1700000000.5", "1700000000123", "2024-01-02", "20240102"),
    *("2024-01-02T03:04:05Z", "2024-01-02 03:04:05.678", "2024-01-02T03:04:05+02:00"),
    *("2024-02-30T00:00:00Z", "99999999999", "-5", "soon", "", "1969-12-31T23:59:59.999Z"),
)
NUMBER = ("1", "2", "0", "-0", "3.5", "5.5", "1e3", "", "nan", "1_0", "x", "10000001", "1234.567")
COLUMNS: Mapping[str, Sequence[str]] = {
    "who": WHO,
    "what": WHAT,
    "when": WHEN,
    "did": (*KINDS, "", "nothing"),
    "n": NUMBER,
    "ms": NUMBER,
    "part": ("", "", "series-e1", "other-e1", "gone"),
    "on": ("tv", "", "fridge"),
    "in": ("s1", "s2", "", "s 3"),
    "id": ("i1", "i2", "i3", "", "i 4", "00000000-0000-5000-8000-000000000000"),
    "auto": ("true", "1", "no", ""),
    "text": ("heat", "null", '"', "a,b", "\x1c", "c\nd"),
}
PLAYS = "profile_id=who,title_id=what,at=when,kind:=play_end"
USUAL = {"who": "ann", "what": "film1", "when": "1700000000", "did": "play_end"}
MAPS = tuple(
    ColumnMap.parse(f"profile_id=who,{said}", kind="events")
    for said in (
        "title_id=what,at=when,kind:=play_end,watched_s=ms/1000,device=on",
        "title_id=what,at=when,kind=did,value=n,session_id=in,autoplay=auto,query=text,device=on",
        "title_id=what,at=when,kind:=rate,value=n*2,max:=10,event_id=id,country=on",
        "title_id=what,at=when,kind=did,event_id=id,value=n,position_s=ms,token=in,duration_s:=60",
        "at=when,kind:=search_click,query=text,title_id=what,entity=on,tz_offset_min=n",
        "title_id=what,episode_id=part,at=when,kind:=play_start,schema_version=n,autoplay=auto",
        "title_id:=film1,at:=2024-01-02,kind:=thumb,value=n,session_id=in",
        "title_id=what,at=when,kind:=play_end,value:=3",
        "title_id=what,at:=soon,kind:=play_end",
    )
)


def rows_of(wild: bool) -> st.SearchStrategy[list[Row]]:  # noqa: FBT001  (drawn)
    """Draw rows of which most say what is usual, so that many are good."""
    cells = {
        name: st.sampled_from(some) | st.just(USUAL.get(name, some[0]))
        if wild or name in ("who", "when", "id")
        else st.just(USUAL.get(name, some[0]))
        for name, some in COLUMNS.items()
    }
    return st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=25)


def as_csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS))
    writer.writeheader()
    for number, row in enumerate(rows):
        writer.writerow(row)
        if number % 7 == 3:
            text.write(('broken,"line\n', "\r\n", "too,few\n", "  \n")[number // 7 % 4])
    return text.getvalue().encode()


def as_json(rows: Sequence[Row]) -> bytes:
    """Write objects with numbers, truth values and gaps where cells are like them."""
    said = [
        json.dumps({k: _value(cell) if n % 2 else cell for n, (k, cell) in enumerate(row.items())})
        for row in rows
    ]
    return "\n".join([*said[:3], "not JSON", "[1]", "", *said[3:]]).encode()


def _value(cell: str) -> object:
    try:
        return json.loads(cell) if cell != "nan" else None
    except ValueError:
        return cell or None


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    frame = pl.DataFrame([dict(row) for row in rows])
    frame.with_columns(
        pl.col("n").cast(pl.Float64, strict=False),
        pl.col("ms").cast(pl.Int64, strict=False),
        pl.col("auto") == "true",
        pl.from_epoch(pl.col("when").cast(pl.Float64, strict=False), time_unit="s")
        if len(rows) % 2
        else "when",
        pl.col("who").cast(pl.Categorical),
    ).write_parquet(path)


def write_zip(path: Path, rows: Sequence[Row]) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("inside/plays.csv", as_csv(rows))


WRITERS: Mapping[str, Callable[[Path, Sequence[Row]], object]] = {
    "plays.csv": lambda path, rows: path.write_bytes(as_csv(rows)),
    "plays.csv.gz": lambda path, rows: path.write_bytes(gzip.compress(as_csv(rows))),
    "cut.csv.gz": lambda path, rows: path.write_bytes(gzip.compress(as_csv(rows))[:-9]),
    "plays.zip": write_zip,
    "plays.parquet": write_parquet,
    "plays.jsonl": lambda path, rows: path.write_bytes(as_json(rows)),
}

TABLES = st.tuples(
    st.booleans().flatmap(rows_of), st.sampled_from(sorted(WRITERS)), st.sampled_from(MAPS)
)
SIZES = st.sampled_from([700, 10**6])


@contextmanager
def opened(drawn: tuple[Sequence[Row], str, ColumnMap], *, size: int) -> Iterator[Tables]:
    rows, name, columns = drawn
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, name)
        WRITERS[name](path, rows)
        where = Where(path=path, cache=path.parent, columns=columns)
        yield replace(Tables.open(where), block_bytes=size)


@contextmanager
def house() -> Iterator[Stores]:
    """Open stores on disk with a few profiles, titles and episodes, and one profile erased."""
    with tempfile.TemporaryDirectory() as place, closing(open_stores(Path(place))) as stores:
        furnish(stores)
        yield stores


@given(TABLES, st.sampled_from([1, 400, 10**6]))
@settings(max_examples=60)
def test_a_block_says_what_its_lines_say(
    drawn: tuple[list[Row], str, ColumnMap], size: int
) -> None:
    with opened(drawn, size=size) as reader:
        slow = sorted(reader._records(), key=lambda one: one[0])
        fast: list[tuple[int, Any]] = []
        for cells in cell_blocks(reader.file, reader.form.columns, size=size):
            block = event_block(reader.form, cells, file=reader.file.name)
            fast += [*block.events(), *((one.line, one) for one in block.refused)]
    # As text, for a rating of −0 is another one than 0 and equal to it.
    assert repr(sorted(fast, key=lambda one: one[0])) == repr(slow)


@given(TABLES)
@settings(max_examples=40)
def test_events_laid_out_together_are_those_laid_out_one_by_one(
    drawn: tuple[list[Row], str, ColumnMap],
) -> None:
    with opened(drawn, size=10**6) as reader:
        for block in reader.event_blocks():
            frame, event = laid(block)
            assert frame["line"].to_list() == sorted(line for line, _ in block.events())
            for row in frame.iter_rows(named=True):
                one = draft(event(row["group"], row["place"]))
                names = ("value", "position", "duration", "watched", "device", "tz_offset")
                numbers = [row["kind"], *(row[name] for name in names)]
                assert _as_floats(numbers) == _as_floats(one.numbers)
                assert (row["session"], row["tile"], row["unasked"]) == one.marks
                assert row["rest"] == one.rest
                assert row["digest"] == (one.digest if block.own_ids else None)


def _as_floats(numbers: Sequence[float | None]) -> list[str]:
    return [repr(one if one is None else float(one)) for one in numbers]


def test_what_is_no_plain_value_costs_its_own_line_and_says_why(tmp_path: Path) -> None:
    nested, deep = tmp_path / "nested.parquet", tmp_path / "deep.jsonl"
    usual = {"when": [1_700_000_000] * 3, "ms": [1, 2, 3]}
    lists = {"who": [["ann"], ["a", "b"], None], "what": [{"x": 1}, {"x": 2}, None]}
    pl.DataFrame({**lists, **usual}).write_parquet(nested)
    good = json.dumps({"who": "ann", "what": "film1", "when": 1_700_000_000})
    deep.write_text(f"{good}\n{'[' * 9_000}\n{good}\n", encoding="utf-8")
    reasons = ("profile_id \"['ann']\":", "nested too deeply")
    for path, line, reason in zip((nested, deep), (1, 2), reasons, strict=True):
        where = Where(path=path, cache=tmp_path, columns=ColumnMap.parse(PLAYS, kind="events"))
        reader = Tables.open(where)
        slow = [one for _, one in reader._records() if isinstance(one, Refusal)]
        fast = [one for block in reader.event_blocks() for one in block.refused]
        assert fast == slow
        assert (fast[0].line, fast[0].reason.startswith(reason)) == (line, True)


def held(stores: Stores) -> list[str]:
    """Return everything that an import leaves, but the order in which it came."""
    found, titles = [], stores.catalogue.snapshot().vocabulary
    names = stores.profiles.ids()
    for name in names:
        found += [repr((name, event)) for _, event in stores.log.events(name)]
        history = stores.log.history(name)
        columns = ("kinds", "at", "values", "positions", "watched", "devices", "sessions")
        cells = (getattr(history, column).tolist() for column in columns)
        shown = [titles.ids[row] if row >= 0 else None for row in history.titles.tolist()]
        found += [repr((name, *row)) for row in zip(shown, *cells, strict=True)]
    whole = stores.log.scan(at=NOW, upto=stores.log.head())
    found.append(repr((len(whole), stores.log.counts(names))))
    return sorted(found)


def turned_away(stores: Stores) -> list[str]:
    return sorted(repr((one.outcome, one.body)) for one in stores.log.rejected(limit=1_000))


def counts(report: ImportReport) -> tuple[object, ...]:
    return (
        (report.titles, report.titles_new, report.profiles, report.profiles_new),
        (report.events, report.stored, report.duplicates, report.rejected, dict(report.reasons)),
        sorted(report.refusals, key=lambda one: (one.line, one.reason)),
    )


@given(TABLES, SIZES, st.booleans(), st.booleans())
@settings(max_examples=12)
def test_both_ways_store_and_reject_the_same(
    drawn: tuple[list[Row], str, ColumnMap],
    size: int,
    create: bool,  # noqa: FBT001  (drawn)
    erased: bool,  # noqa: FBT001  (drawn)
) -> None:
    with opened(drawn, size=size) as reader, house() as by_line, house() as by_block:
        for stores in (by_line, by_block) if erased else ():
            stores.erasures.begin(ProfileId("bob"), erasure_id="e", now=NOW)
        slow = import_data(by_line, reader, now=NOW, create=create)
        fast = import_data(by_block, reader, now=NOW, create=create, bulk_lines=0)
        assert counts(fast) == counts(slow)
        assert held(by_block) == held(by_line)
        assert turned_away(by_block) == turned_away(by_line)
        for stores in (by_line, by_block):
            for lines in (0, 10**9):
                again = import_data(stores, reader, now=Moment(NOW + 5), bulk_lines=lines)
                assert again.stored == 0
                assert again.duplicates == slow.stored + slow.duplicates


@given(TABLES, SIZES, st.booleans())
@settings(max_examples=10)
def test_one_way_completes_the_other(
    drawn: tuple[list[Row], str, ColumnMap],
    size: int,
    blocks_first: bool,  # noqa: FBT001  (drawn)
) -> None:
    rows, name, columns = drawn
    first, second = (0, 10**9) if blocks_first else (10**9, 0)
    with house() as whole, house() as both:
        with opened((rows[: len(rows) // 2 + 1], name, columns), size=size) as part:
            import_data(both, part, now=NOW, bulk_lines=first)
            import_data(whole, part, now=NOW)
        with opened(drawn, size=size) as reader:
            rest = import_data(both, reader, now=NOW, bulk_lines=second)
            assert counts(rest) == counts(import_data(whole, reader, now=NOW))
        assert held(both) == held(whole)
