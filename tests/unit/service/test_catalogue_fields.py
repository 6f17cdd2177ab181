"""Every field of a title comes in by the API and by file, and goes out as it came."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import pytest

from house import KEY, NOW, house
from matinee.data.readers import open_reader
from matinee.service import Config, HomeQuery, Matinee, TitleQuery
from matinee.service.importing import import_data
from matinee.stores import memory_stores
from matinee.types import Moment, Title, TitleId, Window
from matinee.types.moment import decode_moment, encode_moment

WHOLE = {
    "title_id": "heat",
    "name": "Heat",
    "names": [
        {"name": "Vita da ladri", "language": "it", "country": "IT"},
        {"name": "Fuego contra fuego", "language": "es", "country": None},
    ],
    "kind": "film",
    "year": 1995,
    "genres": ["Crime", "Drama"],
    "tags": ["heist"],
    "keywords": ["los angeles", "robbery"],
    "people": [
        {"name": "Michael Mann", "role": "director", "billing": 0},
        {"name": "Al Pacino", "role": "actor", "billing": 1},
    ],
    "companies": ["Regency"],
    "synopsis": "A thief and the man who hunts him.",
    "language": "en",
    "country": "US",
    "runtime_s": 10200.0,
    "maturity": 16,
    "maturity_source": "label",
    "windows": [
        {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z", "country": "NL"},
        {"start": None, "end": None, "country": "DE"},
    ],
    "hidden": False,
    "released": "1995-12-15T00:00:00Z",
    "added": "2026-11-01T00:00:00Z",
    "episodes": [],
    "artworks": [
        {"artwork_id": "heat-1", "file": None, "kind": "poster"},
        {"artwork_id": "heat-2", "file": None, "kind": "still"},
    ],
    "links": [{"source": "imdb", "id": "tt0113277"}],
}
LISTS = {key for key, value in WHOLE.items() if isinstance(value, list)}


def shown(matinee: Matinee, title: str = "heat") -> dict[str, object]:
    view = matinee.title(TitleId(title), TitleQuery(), now=NOW)
    said = json.loads(msgspec.json.encode(view, enc_hook=encode_moment))
    return {key: said[key] for key in WHOLE}


def imported(file: Path) -> Matinee:
    stores = memory_stores()
    reader = open_reader(file, data_folder=None, cache=file.parent)
    report = import_data(stores, reader, now=NOW, origin="import")
    assert report.rejected == 0
    return Matinee(stores, Config(), KEY)


def test_the_sample_says_every_field_there_is() -> None:
    assert set(WHOLE) == set(Title.__struct_fields__)


def test_the_api_takes_and_gives_every_field() -> None:
    matinee = house()
    title = msgspec.convert(WHOLE, Title, dec_hook=decode_moment)
    matinee.put_titles((title,), now=NOW, request_id="r")
    assert shown(matinee) == WHOLE


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_file_brings_every_field(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"titles.{ending}"
    if ending == "jsonl":
        file.write_text(json.dumps(WHOLE) + "\n", "utf-8")
    else:
        with file.open("w", newline="", encoding="utf-8") as opened:
            write = csv.writer(opened)
            write.writerow(WHOLE)
            write.writerow(json.dumps(v) if k in LISTS else v for k, v in WHOLE.items())
    assert shown(imported(file)) == WHOLE


def test_other_names_in_a_table_may_be_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "titles.csv"
    file.write_text("title_id,name,names\nheat,Heat,Vita da ladri|Hitze\n", "utf-8")
    names = shown(imported(file))["names"]
    assert [name["name"] for name in names] == ["Vita da ladri", "Hitze"]


def test_a_title_that_was_stored_before_there_were_other_names_still_opens() -> None:
    held = {k: v for k, v in WHOLE.items() if k != "names"}
    assert msgspec.convert(held, Title, dec_hook=decode_moment).names == ()


def test_a_window_for_a_country_opens_the_page_of_that_country_only() -> None:
    matinee = house()
    windows = (Window(country="NL"), Window(country="DE", end=Moment(NOW - 1)))
    title = Title(title_id="here", name="Here", genres=("Crime",), windows=windows)
    matinee.put_titles((title,), now=NOW, request_id="r")

    def placed(country: str | None, seed: int) -> bool:
        query = HomeQuery(profile="p0", country=country, columns=60)
        page = matinee.home(query, now=NOW, seed=seed)
        return any(tile.title_id == "here" for row in page.rows for tile in row.titles)

    found = {country: placed(country, n) for n, country in enumerate(("NL", "DE", "FR", None))}
    assert found == {"NL": True, "DE": False, "FR": False, None: False}
