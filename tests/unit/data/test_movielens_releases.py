"""Every release of MovieLens, as a folder or as the zip file it comes in, good lines and bad."""

# ruff: noqa: E501  (files as they are, line by line)

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from matinee.data.readers import Batch, open_reader
from matinee.parts import Reader
from matinee.types.title import Link

START_S = 1_000_000_000


def flags(*which: int) -> str:
    return "|".join("1" if place in which else "0" for place in range(19))


RELEASES: Mapping[str, Mapping[str, bytes]] = {
    "ml-100k": {
        "u.data": f"1\t7\t4\t{START_S}\n2\t8\t1\t{START_S + 60}\n2\t8\tx\t{START_S}\n".encode(),
        "u.item": (
            f"7|Misérables, Les (1995)|01-Jan-1995||http://x|{flags(8, 12)}\n"
            f"8|Toys (1996)|01-Jan-1996||http://y|{flags(3, 4)}\n"
            f"9|Bars | in it|01-Jan-1996||http://y|{flags(3)}\n"
        ).encode("latin-1"),
        "u.user": b"2|53|F|other|94043\n1|24|M|technician|85711\n3|x|M|writer|32067\n",
    },
    "ml-1m": {
        "ratings.dat": f"1::7::4::{START_S}\n2::8::1::{START_S + 60}\n2::8::9::{START_S}\n".encode(),
        "movies.dat": "7::Misérables, Les (1995)::Drama|Musical\n8::Toys (1996)::Animation|Children's\n9::Bad\n".encode("latin-1"),
        "users.dat": b"1::M::18::12::85711\n2::F::50::16::94043\nx::F::50::16::94043\n",
    },
    "ml-10m": {
        "ratings.dat": f"1::7::4::{START_S}\n2::8::1::{START_S + 60}\n2::::2::{START_S}\n".encode(),
        "movies.dat": "7::Misérables, Les (1995)::Drama|Musical\n8::Toys (1996)::Animation|Children\n9::Bad\n".encode(),
        "tags.dat": f"1::7::Paris::{START_S}\n2::7::paris ::{START_S}\n2::7::long::{START_S}\n2::x::no::1\n".encode(),
    },
    "ml-25m": {
        "ratings.csv": f"userId,movieId,rating,timestamp\n1,7,4.0,{START_S}\n2,8,1.0,{START_S + 60}\n2,8,1.0\n".encode(),
        "movies.csv": 'movieId,title,genres\n7,"Misérables, Les (1995)",Drama|Musical\n8,Toys (1996),Animation|Children\n9,Bad\n'.encode(),
        "tags.csv": f'userId,movieId,tag,timestamp\n1,7,Paris,{START_S}\n2,7,"paris",{START_S}\n2,7,"a ""b"", c",{START_S}\n2,7\n'.encode(),
        "links.csv": b"movieId,imdbId,tmdbId\n7,0113828,4415\n8,0105629,\nx,1,2\n",
    },
}  # fmt: skip


def whole(reader: Reader) -> Batch:
    batches = list(reader.batches(shift_ms=0))
    return Batch(
        titles=tuple(t for b in batches for t in b.titles),
        profiles=tuple(p for b in batches for p in b.profiles),
        events=tuple(e for b in batches for e in b.events),
        lines=tuple(n for b in batches for n in b.lines),
        refused=tuple(r for b in batches for r in b.refused),
    )


@pytest.fixture(params=list(RELEASES))
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(release: str, tmp_path: Path) -> Path:
    place = tmp_path / release
    place.mkdir()
    for name, content in RELEASES[release].items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture
def zipped(folder: Path) -> Path:
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder.name}/README.txt", "about")
        for each in folder.iterdir():
            archive.write(each, f"{folder.name}/{each.name}")
    return file


def opened(path: Path) -> Reader:
    reader = open_reader(path, data_folder=None, cache=path.parent)
    assert reader.name == "movielens"
    return reader


def test_films_ratings_and_viewers_are_the_same_in_every_release(folder: Path) -> None:
    read = whole(opened(folder))
    assert [(title.name, title.year) for title in read.titles] == [
        *(("Les Misérables", 1995), ("Toys", 1996))
    ]
    assert [set(title.genres) for title in read.titles] == [
        *({"Drama", "Musical"}, {"Animation", "Children"})
    ]
    assert [(e.profile_id, e.title_id, e.at, e.value, e.max) for e in read.events] == [
        ("u1", "7", START_S * 1000, 4.0, 5.0),
        ("u2", "8", (START_S + 60) * 1000, 1.0, 5.0),
    ]
    assert read.lines[1] - read.lines[0] == 1
    assert {profile.profile_id for profile in read.profiles} == {"u1", "u2"}


def test_the_zip_file_is_read_as_it_is(folder: Path, zipped: Path) -> None:
    assert whole(opened(zipped)) == whole(opened(folder))


def test_every_bad_line_is_named_by_file_and_number(release: str, folder: Path) -> None:
    last = {name: content.count(b"\n") for name, content in RELEASES[release].items()}
    refused = whole(opened(folder)).refused
    assert {(refusal.file, refusal.line) for refusal in refused} == set(last.items())
    assert len(refused) == len(last)


@pytest.mark.parametrize(
    ("release", "groups"),
    [("ml-100k", ["18-24", "50-55"]), ("ml-1m", ["18-24", "50-55"]), ("ml-10m", [None, None])],
)
def test_age_group_and_gender_are_kept_for_audits_where_they_are_said(
    folder: Path, groups: list[str | None]
) -> None:
    read = whole(opened(folder)).profiles
    assert [profile.age_group for profile in read] == groups
    assert [profile.gender for profile in read] == ([None] * 2 if groups[0] is None else ["M", "F"])


@pytest.mark.parametrize("release", ["ml-10m", "ml-25m"])
def test_tags_that_two_viewers_agree_on_are_tags_of_the_film(folder: Path) -> None:
    reader = opened(folder)
    assert [title.tags for title in whole(reader).titles] == [("Paris",), ()]
    assert reader.notes == {"tags given": 3, "tags kept": 1}


@pytest.mark.parametrize("release", ["ml-25m"])
def test_ids_in_other_catalogues_are_links(folder: Path) -> None:
    assert [title.links for title in whole(opened(folder)).titles] == [
        (Link(source="imdb", id="tt0113828"), Link(source="tmdb", id="4415")),
        (Link(source="imdb", id="tt0105629"),),
    ]


@pytest.mark.parametrize("release", ["ml-25m"])
def test_a_file_that_breaks_off_in_the_archive_keeps_what_came_before(zipped: Path) -> None:
    rows = "".join(f"{k % 97},7,4.0,{START_S + k * 7919 % 10007}\n" for k in range(30_000))
    with zipfile.ZipFile(zipped, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", f"userId,movieId,rating,timestamp\n{rows}")
        entry = archive.getinfo("ratings.csv")
    content = bytearray(zipped.read_bytes())
    middle = entry.header_offset + entry.compress_size // 2
    content[middle : middle + 200] = bytes(200)
    zipped.write_bytes(content)
    read = whole(opened(zipped))
    assert [title.title_id for title in read.titles] == ["7", "8"]
    assert 0 < len(read.events) < 30_000
    assert any("breaks off" in r.reason for r in read.refused if r.file == "ratings.csv")


@pytest.mark.parametrize("release", ["ml-25m"])
def test_a_file_that_is_broken_from_its_first_line_is_no_file(zipped: Path) -> None:
    content = zipped.read_bytes()
    start = content.index(b"ratings.csv") + len("ratings.csv")
    zipped.write_bytes(content[: start + 20] + b"\xff" * 8 + content[start + 28 :])
    with pytest.raises(ValueError, match=r"ratings\.csv.*breaks off"):
        opened(zipped)
