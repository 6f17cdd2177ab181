"""Tables of any make: what a column map says, and what each cell becomes."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from matinee.data.readers import Batch, ColumnMap, Refusal, Where, open_reader
from matinee.data.readers.tables import Tables
from matinee.types import Account, Artwork, Moment, Person, Profile, Title
from matinee.types.event import Pause, PlayEnd, Rate, SearchQuery, Thumb

NEW_YEAR = Moment.parse("2020-01-01T00:00:00Z")


def read(path: Path, columns: str = "", kind: str | None = None) -> Batch:
    """Everything in a table, read with a map as the command line takes it."""
    said = ColumnMap.parse(columns, kind=kind) if columns else ColumnMap.of(kind)
    reader = Tables.open(Where(path=path, cache=path.parent, columns=said))
    batches = list(reader.batches(shift_ms=0))
    return Batch(
        titles=tuple(t for b in batches for t in b.titles),
        accounts=tuple(a for b in batches for a in b.accounts),
        profiles=tuple(p for b in batches for p in b.profiles),
        events=tuple(e for b in batches for e in b.events),
        lines=tuple(n for b in batches for n in b.lines),
        refused=tuple(r for b in batches for r in b.refused),
    )


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str, name: str = "mine.csv") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


class TestMap:
    def test_fields_are_columns_constants_or_their_own_names(self) -> None:
        said = ColumnMap.parse("profile_id=user, at=when,kind:=play_end,title_id", kind="events")
        assert said.columns == {"profile_id": "user", "at": "when", "title_id": "title_id"}
        assert said.constants == {"kind": "play_end"}

    def test_a_backslash_takes_a_comma_or_an_equals_sign_as_it_is(self) -> None:
        said = ColumnMap.parse(r"name=a\,b\=c,title_id=id")
        assert said.columns == {"name": "a,b=c", "title_id": "id"}

    @pytest.mark.parametrize("text", ["", "=x", "name=", "kind:", "a=b,,c=d", "name=a,name=b"])
    def test_what_is_no_map_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"is not field=column|mapped twice"):
            ColumnMap.parse(text)

    def test_a_field_that_records_lack_is_refused_with_those_they_have(self) -> None:
        with pytest.raises(ValueError, match=r"events have no field 'colour'.*watched_s"):
            ColumnMap.parse("colour=c", kind="events")

    @pytest.mark.parametrize("field", ["origin", "received"])
    def test_what_the_log_stamps_is_never_read_from_a_table(self, field: str) -> None:
        with pytest.raises(ValueError, match=f"no field '{field}'"):
            ColumnMap.parse(f"{field}=x", kind="events")

    def test_an_unknown_kind_lists_the_known_ones(self) -> None:
        with pytest.raises(ValueError, match=r"'films'; there are titles, profiles, events"):
            ColumnMap.of("films")

    def test_a_map_can_be_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "map.toml"
        file.write_text('kind = "events"\n[columns]\nat = "when"\n[constants]\nvalue = 1\n')
        said = ColumnMap.load(file)
        assert said == ColumnMap(kind="events", columns={"at": "when"}, constants={"value": "1"})
        assert ColumnMap.load(file, kind="events").kind == "events"

    @pytest.mark.parametrize("text", ["columns = 3", "colums = {}", "[columns", 'kind = "films"'])
    def test_a_file_that_is_no_map_is_refused(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "map.toml"
        file.write_text(text)
        with pytest.raises(ValueError, match=r"map\.toml does not hold|films"):
            ColumnMap.load(file)


class TestCells:
    def test_columns_named_like_fields_need_no_map(self, table) -> None:
        [title] = read(table("title_id,name,year,colour\nt1,Heat,1995,red\n")).titles
        assert title == Title(title_id="t1", name="Heat", year=1995)

    def test_with_a_map_only_what_it_names_is_read(self, table) -> None:
        [title] = read(table("title_id,name,year\nt1,Heat,1995\n"), "title_id,name").titles
        assert title.year is None

    def test_lists_are_split_at_bars_and_people_are_billed_in_order(self, table) -> None:
        text = (
            "title_id,name,genres,people,artworks\n"
            't1,Heat,Crime | Drama||,Ann|Bob,"[{""artwork_id"":""x""}]"\n'
        )
        [title] = read(table(text)).titles
        assert title.genres == ("Crime", "Drama")
        assert title.people == (Person(name="Ann"), Person(name="Bob", billing=1))
        assert title.artworks == (Artwork(artwork_id="x"),)

    def test_an_empty_cell_says_nothing(self, table) -> None:
        [title] = read(table("title_id,name,year,hidden\nt1,Heat,,\n")).titles
        assert title == Title(title_id="t1", name="Heat")

    def test_text_in_quotes_may_run_over_lines(self, table) -> None:
        text = 'title_id,name,synopsis\nt1,"Heat, the film","One ""line"".\n\nAnother."\nt2,B,\n'
        first, second = read(table(text)).titles
        assert (first.name, first.synopsis) == ("Heat, the film", 'One "line".\n\nAnother.')
        assert second.title_id == "t2"

    @pytest.mark.parametrize(
        "said",
        [
            *("2020-01-01T00:00:00Z", "2020-01-01 01:00:00+01:00", "2020-01-01 00:00:00"),
            *("2020-01-01", "20200101", "1577836800", "1577836800.0", "1577836800000"),
        ],
    )
    def test_times_are_dates_times_seconds_or_milliseconds(self, table, said: str) -> None:
        file = table(f"kind,profile_id,at\npage_view,p1,{said}\n")
        assert [event.at for event in read(file).events] == [NEW_YEAR]

    def test_numbers_in_other_units_are_scaled(self, table) -> None:
        file = table("u,t,w,ms,min\np1,t1,0,90500,2\n")
        said = "profile_id=u,title_id=t,at=w,watched_s=ms/1000,duration_s=min*60,kind:=play_end"
        [event] = read(file, said).events
        assert isinstance(event, PlayEnd)
        assert (event.watched_s, event.duration_s) == (90.5, 120.0)

    def test_a_column_whose_name_looks_scaled_is_taken_by_its_name(self, table) -> None:
        file = table("u,w,position/1000\np1,0,7\n")
        [event] = read(file, "profile_id=u,at=w,kind:=pause,position_s=position/1000").events
        assert event == Pause(
            event_id=event.event_id, profile_id="p1", at=Moment(0), position_s=7.0
        )

    def test_a_table_without_a_line_of_names_has_numbered_columns(self, table) -> None:
        file = table("196\t242\t3\t881250949\n", "u.tsv")
        [event] = read(file, "profile_id=#1,title_id=#2,value=#3,at=#4,kind:=rate").events
        assert isinstance(event, Rate)
        assert (event.profile_id, event.title_id, event.value) == ("196", "242", 3.0)

    @pytest.mark.parametrize(("mark", "name"), [(";", "a.csv"), ("|", "a.txt"), ("\t", "a.csv")])
    def test_the_separator_is_that_of_the_first_line(self, table, mark: str, name: str) -> None:
        file = table(f"title_id{mark}name\nt1{mark}A, B\n", name)
        assert [title.name for title in read(file).titles] == ["A, B"]

    def test_a_byte_order_mark_is_no_part_of_a_name(self, table) -> None:
        assert len(read(table("\ufefftitle_id,name\nt1,A\n")).titles) == 1

    def test_values_inside_values_of_json_are_reached_with_dots(self, table) -> None:
        lines = [
            {"user": {"id": 7}, "q": "heat", "ts": 1_577_836_800.5},
            {"user": {"id": 8}, "q": None, "ts": 1_577_836_800},
            {"user": None, "q": "x", "ts": 1},
        ]
        file = table("\n".join(map(json.dumps, lines)), "searches.jsonl")
        got = read(file, "profile_id=user.id,query=q,at=ts,kind:=search_query")
        [event] = got.events
        assert isinstance(event, SearchQuery)
        assert (event.profile_id, event.query, event.at) == ("7", "heat", NEW_YEAR + 500)
        assert [(r.line, "is missing" in r.reason) for r in got.refused] == [
            *((2, True), (3, True))
        ]

    def test_parquet_keeps_its_types(self, tmp_path: Path) -> None:
        file = tmp_path / "plays.parquet"
        pl.DataFrame(
            {
                "user": [1, 2, 3],
                "item": [10.0, 11.0, None],
                "when": [NEW_YEAR, NEW_YEAR, None],
                "seconds": [1.5, float("nan"), 2.0],
            }
        ).with_columns(pl.from_epoch("when", "ms")).write_parquet(file)
        said = "profile_id=user,title_id=item,at=when,watched_s=seconds,kind:=stop"
        got = read(file, said)
        assert [(e.profile_id, e.title_id, e.at) for e in got.events] == [
            *(("1", "10", NEW_YEAR), ("2", "11", NEW_YEAR))
        ]
        assert [getattr(event, "watched_s", None) for event in got.events] == [1.5, None]
        assert [refusal.line for refusal in got.refused] == [3]

    def test_dates_and_lists_of_parquet(self, tmp_path: Path) -> None:
        file = tmp_path / "titles.parquet"
        pl.DataFrame(
            {"title_id": ["a"], "name": ["A"], "genres": [["X", "Y"]], "added": [date(2020, 1, 1)]}
        ).write_parquet(file)
        [title] = read(file).titles
        assert (title.genres, title.added) == (("X", "Y"), NEW_YEAR)

    def test_profiles_get_accounts_of_their_own_unless_told(self, table) -> None:
        got = read(table("profile_id,account_id,kids\np1,home,1\np2,home,0\np3,,\n"))
        assert [one.account_id for one in got.profiles] == ["home", "home", "p3-account"]
        assert got.profiles[0] == Profile(profile_id="p1", account_id="home", kids=True)
        assert got.accounts == (Account(account_id="home"), Account(account_id="p3-account"))


class TestRefusals:
    def test_each_bad_line_says_its_number_and_reason_and_the_rest_is_kept(self, table) -> None:
        file = table(
            "kind,profile_id,title_id,at,value\n"
            "thumb,p1,t1,1577836800,1\n"
            "dance,p1,t1,1577836800,1\n"
            "thumb,p1,t1,yesterday,1\n"
            "thumb,p 1,t1,1577836800,1\n"
            "thumb,p1,t1,1577836800,5\n"
            "thumb,p1,t1\n"
            'thumb,p1,"t1,1577836800,1\n'
            "rate,p1,t1,1577836800,6\n"
            "rate,p1,t1,1577836800,4\n"
        )
        got = read(file)
        assert got.lines == (2, 10)
        assert [type(event) for event in got.events] == [Thumb, Rate]
        assert [refusal.line for refusal in got.refused] == [3, 4, 5, 6, 7, 8, 9]
        words = ["dance", "yesterday", "profile_id", "value", "3 fields", "quote", "above its max"]
        for refusal, word in zip(got.refused, words, strict=True):
            assert word in refusal.reason
            assert refusal.file == "mine.csv"

    def test_a_reason_names_the_field_and_the_value_or_the_column_that_is_empty(
        self, table
    ) -> None:
        file = table("who,what,when,secs\np 1,t1,0,1\n,t1,0,1\np1,t1,soon,1\np1,t1,0,-4\n")
        got = read(file, "profile_id=who,title_id=what,at=when,watched_s=secs/10,kind:=play_end")
        reasons = [refusal.reason for refusal in got.refused]
        assert reasons[0].startswith("profile_id 'p 1': ")
        assert reasons[1] == "profile_id is missing: 'who' is empty"
        assert reasons[2].startswith("at: 'soon' is no time: ")
        assert reasons[3].startswith("watched_s -0.4: ")

    def test_a_kind_that_there_is_not_is_refused_at_once_if_all_rows_have_it(self, table) -> None:
        with pytest.raises(ValueError, match="no event kind 'listened'; there are impression, "):
            read(table("a,b\np1,0\n"), "profile_id=a,at=b,kind:=listened", kind="events")

    def test_bytes_that_are_no_text_cost_their_line(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.csv"
        file.write_bytes(b"title_id,name\nt1,Am\xe9lie\nt2,Fine\n")
        got = read(file)
        assert [title.title_id for title in got.titles] == ["t2"]
        assert [(r.line, "UTF-8" in r.reason) for r in got.refused] == [(2, True)]

    def test_the_same_row_again_has_the_same_id_and_another_row_another(self, table) -> None:
        row = "thumb,p1,t1,1577836800,"
        text = f"kind,profile_id,title_id,at,value\n{row}1\n{row}1\n{row}2\n"
        first, again, other = (event.event_id for event in read(table(text)).events)
        assert first == again != other

    def test_a_column_that_is_not_there_is_refused_with_those_that_are(self, table) -> None:
        with pytest.raises(ValueError, match=r"no column 'user' for profile_id; there are a, b"):
            read(table("a,b\n1,2\n"), "profile_id=user,name=b")

    def test_what_nothing_says_is_named(self, table) -> None:
        with pytest.raises(ValueError, match=r"nothing says kind and at of the events"):
            read(table("profile_id,title_id\np1,t1\n"), kind="events")

    def test_columns_that_could_be_anything_are_refused(self, table) -> None:
        with pytest.raises(ValueError, match=r"which could be anything"):
            read(table("a,b\n1,2\n"))

    @pytest.mark.parametrize(
        ("text", "name"),
        [("", "a.csv"), ("a,a\n", "a.csv"), ("not json\n", "a.jsonl"), ("no", "a.parquet")],
    )
    def test_what_is_no_table_is_refused_as_a_whole(self, table, text: str, name: str) -> None:
        with pytest.raises(ValueError, match=rf"{name}"):
            read(table(text, name), "title_id=a,name=b")


class TestCompressed:
    TEXT = "title_id,name\nt1,A\nt2,B\n"

    def test_gzip_is_read_where_it_lies(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.csv.gz"
        file.write_bytes(gzip.compress(self.TEXT.encode()))
        reader = open_reader(file, data_folder=None, cache=tmp_path)
        assert reader.name == "tables"
        assert [title.name for title in read(file).titles] == ["A", "B"]

    def test_a_zip_file_with_one_table_is_that_table(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/README", "about")
            archive.writestr("folder/mine.csv", self.TEXT)
            archive.writestr("__MACOSX/folder/._mine.csv", "rubbish")
        assert open_reader(file, data_folder=None, cache=tmp_path).name == "tables"
        assert [title.name for title in read(file).titles] == ["A", "B"]

    def test_a_zip_file_with_two_tables_is_ambiguous(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.csv", self.TEXT)
            archive.writestr("b.csv", self.TEXT)
        with pytest.raises(ValueError, match="not one table"):
            read(file)

    def test_what_was_read_before_a_damage_stands(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.csv.gz"
        text = self.TEXT + "".join(f"x{k},name {k * 7919 % 10007}\n" for k in range(20_000))
        file.write_bytes(gzip.compress(text.encode())[:-20_000])
        got = read(file)
        assert got.titles[0].title_id == "t1"
        assert 1 < len(got.titles) < 20_000
        assert isinstance(got.refused[-1], Refusal)
        assert "breaks off here" in got.refused[-1].reason

    def test_parquet_may_be_zipped(self, tmp_path: Path) -> None:
        plain, file = tmp_path / "t.parquet", tmp_path / "t.zip"
        pl.DataFrame({"title_id": ["a"], "name": ["A"]}).write_parquet(plain)
        with zipfile.ZipFile(file, "w") as archive:
            archive.write(plain, "t.parquet")
        assert [title.name for title in read(file).titles] == ["A"]

    def test_json_lines_of_titles_and_events_may_be_gzipped(self, tmp_path: Path) -> None:
        titles, events = tmp_path / "t.jsonl.gz", tmp_path / "e.ndjson.gz"
        titles.write_bytes(gzip.compress(b'{"title_id":"a","name":"A"}\n'))
        events.write_bytes(
            gzip.compress(b'{"event_id":"e","kind":"page_view","profile_id":"p","at":0}\n')
        )
        for file in (titles, events):
            reader = open_reader(file, data_folder=None, cache=tmp_path)
            assert reader.name == "records"
            assert sum(len(batch) for batch in reader.batches(shift_ms=0)) == 1
