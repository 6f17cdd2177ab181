"""Readers of files: good lines are kept, bad ones are named by number and reason."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from matinee.data.readers import Batch, Where, open_reader
from matinee.data.readers.ml_1m import Ml1m
from matinee.parts import Reader
from matinee.types import Moment
from matinee.types.event import PlayEnd, Rate, Thumb

DAY_S = 86_400
START_S = 1_000_000_000


def opened(path: Path | str, cache: Path, data_folder: Path | None = None) -> Reader:
    return open_reader(path, data_folder=data_folder, cache=cache)


def whole(reader: Reader) -> Batch:
    """Everything of a reader in one batch."""
    batches = list(reader.batches(shift_ms=0))
    return Batch(
        titles=tuple(t for b in batches for t in b.titles),
        accounts=tuple(a for b in batches for a in b.accounts),
        profiles=tuple(p for b in batches for p in b.profiles),
        events=tuple(e for b in batches for e in b.events),
        lines=tuple(n for b in batches for n in b.lines),
        pictures=tuple(p for b in batches for p in b.pictures),
        refused=tuple(r for b in batches for r in b.refused),
    )


class TestMovieLens:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "movies.csv").write_text(
            "movieId,title,genres\n"
            '1,"Letter, The (1999)",Drama|Romance\n'
            '2,"Open quote (2000),Comedy\n'
            "3,Children First (2001),Children\n"
            "x,Nameless,Drama\n"
        )
        (tmp_path / "ratings.csv").write_text(
            "userId,movieId,rating,timestamp\n"
            f"1,1,4.0,{START_S}\n"
            f"1,3,five,{START_S}\n"
            "\n"
            f"2,1,5.5,{START_S}\n"
            f"2,3,0.5,{START_S + DAY_S}\n"
            f"2,3,1,{START_S}000\n"
            "2,3\n"
        )
        return tmp_path

    def test_good_lines_are_kept(self, folder: Path) -> None:
        read = whole(opened(folder, folder))
        assert [title.name for title in read.titles] == ["The Letter", "Children First"]
        assert [profile.profile_id for profile in read.profiles] == ["u1", "u2"]
        assert [(e.profile_id, e.title_id, e.at) for e in read.events] == [
            ("u1", "1", START_S * 1000),
            ("u2", "3", (START_S + DAY_S) * 1000),
        ]
        assert read.lines == (2, 6)

    def test_bad_lines_are_named_by_number_and_reason(self, folder: Path) -> None:
        refused = whole(opened(folder, folder)).refused
        assert [(r.file, r.line) for r in refused] == [
            ("movies.csv", 3),
            ("movies.csv", 5),
            ("ratings.csv", 3),
            ("ratings.csv", 5),
            ("ratings.csv", 7),
            ("ratings.csv", 8),
        ]
        assert "'five'" in refused[2].reason
        assert "5.5 is not between 0 and 5" in refused[3].reason
        assert "not in seconds" in refused[4].reason
        assert "2 fields instead of 4" in refused[5].reason

    def test_the_ratings_file_stands_for_its_folder(self, folder: Path) -> None:
        assert whole(opened(folder / "ratings.csv", folder)) == whole(opened(folder, folder))

    def test_a_film_was_added_when_it_was_first_rated(self, folder: Path) -> None:
        titles = whole(opened(folder, folder)).titles
        assert [title.added for title in titles] == [START_S * 1000, (START_S + DAY_S) * 1000]

    def test_other_columns_are_refused_with_those_wanted(self, folder: Path) -> None:
        (folder / "ratings.csv").write_text("user,item\n1,2\n")
        with pytest.raises(ValueError, match=r"user,item.*userId,movieId,rating,timestamp"):
            opened(folder, folder)


class TestMl1m:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        pl.DataFrame(
            {
                "user_id": [1, 1, 1, 1, 2, 3],
                "movie_id": [1, 2, 3, 4, 1, 2],
                "pos": [0, 1, 3, 4, 0, 0],
                "rating": [5, None, 4, None, 2, 1],
                "liked": [True, False, True, False, False, False],
                "timestamp": [100, None, 400, 400, None, 900],
            },
            schema_overrides={"user_id": pl.UInt16, "movie_id": pl.UInt16, "pos": pl.UInt16},
        ).write_parquet(tmp_path / "ml1m_interactions.parquet")
        pl.DataFrame(
            {
                "movie_id": [1, 2, 3, 4],
                "title": ["One (1991)", "Two (1992)", "Three (1993)", "Four (1994)"],
                "genres": ["Drama", "Children's", "Comedy", "War"],
            },
            schema_overrides={"movie_id": pl.UInt16},
        ).write_parquet(tmp_path / "ml1m_movies.parquet")
        return tmp_path

    def test_viewers_bring_age_group_and_gender_for_audits(self, folder: Path) -> None:
        pl.DataFrame(
            {"user_id": [1, 2], "age": [1, 56], "gender": ["F", None], "zip": ["1", "2"]}
        ).write_parquet(folder / "ml1m_users.parquet")
        profiles = whole(Ml1m.open(Where(data_folder=folder, cache=folder))).profiles
        told = [(one.age_group, one.gender) for one in profiles]
        assert told[:2] == [("under 18", "F"), ("56+", None)]
        assert set(told[2:]) <= {(None, None)}

    def test_unknown_low_ratings_are_plays_without_an_opinion(self, folder: Path) -> None:
        reader = Ml1m.open(Where(data_folder=folder, cache=folder))
        kinds = [type(event) for event in whole(reader).events]
        assert kinds == [Rate, PlayEnd, Rate, PlayEnd, Rate, Rate]
        assert reader.notes["low ratings taken as plays"] == 2

    def test_missing_times_lie_between_their_neighbours_by_position(self, folder: Path) -> None:
        reader = Ml1m.open(Where(data_folder=folder, cache=folder))
        first_viewer = [event.at for event in whole(reader).events[:4]]
        assert first_viewer == [100_000, 200_000, 400_000, 400_001]
        assert reader.notes["times interpolated"] == 2

    def test_a_viewer_without_times_gets_those_of_the_viewer_before(self, folder: Path) -> None:
        reader = Ml1m.open(Where(data_folder=folder, cache=folder))
        assert whole(reader).events[4].at == 400_000
        assert reader.newest == 900_000

    def test_posters_become_files_and_grey_ones_do_not(self, folder: Path) -> None:
        pl.DataFrame(
            {"movie_id": [1, 571], "image": [b"one", b"grey"]},
            schema_overrides={"movie_id": pl.UInt16},
        ).write_parquet(folder / "ml1m_posters.parquet")
        read = whole(Ml1m.open(Where(data_folder=folder, cache=folder)))
        assert [(p.file, p.content) for p in read.pictures] == [("ml1m-1.jpg", b"one")]
        assert [[a.file for a in t.artworks] for t in read.titles] == [["ml1m-1.jpg"], [], [], []]

    def test_plots_become_synopses(self, folder: Path) -> None:
        pl.DataFrame(
            {"movie_id": [2], "abstract": [" A plot. "]},
            schema_overrides={"movie_id": pl.UInt16},
        ).write_parquet(folder / "ml1m_dbpedia_abstracts.parquet")
        read = whole(Ml1m.open(Where(data_folder=folder, cache=folder)))
        assert [title.synopsis for title in read.titles] == ["", "A plot.", "", ""]

    def test_without_a_folder_the_variable_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(LookupError, match="set MATINEE_DATA"):
            opened("ml-1m", tmp_path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(LookupError, match=r"has no ml1m_interactions\.parquet"):
            opened("ml-1m", tmp_path, data_folder=tmp_path)


class TestTitles:
    def test_tables_of_toml_with_episodes_and_times(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.toml"
        file.write_text(
            '[[title]]\ntitle_id = "s1"\nname = "Series"\nkind = "series"\n'
            "released = 2020-05-01T00:00:00Z\n"
            '[[title.episodes]]\nepisode_id = "s1e1"\nnumber = 1\n'
            '[[title.people]]\nname = "Ada"\nrole = "director"\n'
            '[[title]]\ntitle_id = "bad id"\nname = "Spaces"\n'
        )
        read = whole(opened(file, tmp_path))
        [title] = read.titles
        assert [episode.episode_id for episode in title.episodes] == ["s1e1"]
        assert title.released == Moment.parse("2020-05-01T00:00:00Z")
        [refusal] = read.refused
        assert (refusal.file, refusal.line) == ("mine.toml", 12)
        assert "title_id" in refusal.reason

    def test_an_unknown_field_costs_its_own_line(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.jsonl"
        file.write_text(
            '{"title_id":"a","name":"A"}\n{"title_id":"b","name":"B","colour":1}\n'
            '{"title_id":"c","name":"C"}\n'
        )
        read = whole(opened(file, tmp_path))
        assert [title.title_id for title in read.titles] == ["a", "c"]
        assert [(refusal.line, "colour" in refusal.reason) for refusal in read.refused] == [
            (2, True)
        ]

    @pytest.mark.parametrize(
        ("text", "line"), [("[[title]]\nname = \n", 2), ('titles = "none"\n', 0)]
    )
    def test_a_file_that_is_no_list_of_titles_is_one_refusal(
        self, tmp_path: Path, text: str, line: int
    ) -> None:
        file = tmp_path / "broken.toml"
        file.write_text(text)
        read = whole(opened(file, tmp_path))
        assert read.titles == ()
        assert [refusal.line for refusal in read.refused] == [line]


class TestEvents:
    def test_every_line_stands_for_itself(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.ndjson"
        file.write_text(
            '{"event_id":"a","kind":"thumb","profile_id":"p","title_id":"t","at":5,"value":1}\n'
            '{"event_id":"b","kind":"dance","profile_id":"p","at":5}\n'
            "\n"
            '{"event_id":"c","kind":"thumb","profile_id":"p","at":"yesterday","value":1}\n'
            '{"event_id":"d","kind":"thumb","profile_id":"p","title_id":"t","at":6,"value":-1}\n'
        )
        read = whole(opened(file, tmp_path))
        assert [type(event) for event in read.events] == [Thumb, Thumb]
        assert read.lines == (1, 5)
        assert [refusal.line for refusal in read.refused] == [2, 4]
        assert "dance" in read.refused[0].reason


class TestOpening:
    def test_a_name_is_found_with_a_dash_or_an_underscore(self, tmp_path: Path) -> None:
        assert opened("originals", tmp_path).name == "originals"
        with pytest.raises(LookupError, match="MATINEE_DATA"):
            opened("ml_1m", tmp_path)

    def test_an_unknown_name_lists_the_known_ones(self, tmp_path: Path) -> None:
        with pytest.raises(LookupError, match=r"no data called 'smal'.*ml-1m.*small"):
            opened("smal", tmp_path)

    def test_a_reader_of_paths_asks_for_one(self, tmp_path: Path) -> None:
        with pytest.raises(LookupError, match="'records' reads a path"):
            opened("records", tmp_path)

    def test_a_path_that_nobody_knows_says_what_is_known(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("hello")
        with pytest.raises(ValueError, match=r"holds nothing that can be imported"):
            opened(file, tmp_path)

    def test_json_lines_are_told_apart_by_their_first_object(self, tmp_path: Path) -> None:
        events, titles = tmp_path / "e.jsonl", tmp_path / "t.jsonl"
        events.write_text('broken\n{"event_id":"a","kind":"signup","profile_id":"p","at":5}\n')
        titles.write_text('{"title_id":"a","name":"A"}\n')
        assert [event.event_id for event in whole(opened(events, tmp_path)).events] == ["a"]
        assert [title.title_id for title in whole(opened(titles, tmp_path)).titles] == ["a"]
