"""A title that is made over the API is recommended at once, by every worker, to who likes its like.

Nobody has met it yet, so nothing but what it is made of can speak for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from house import titles
from matinee.models import TrainSettings
from matinee.types import Person, Title
from served import Connection, Server, served, trained_home, until

VIEWER = "p0"  # likes Crime and not Comedy, and rated t0, t6, t10 and t16 highest
SECONDS = 2.0
SOURCE = {"blend": ["ease", "item_knn", "content", "popular"]}
OF_ANN = ("t0", "t6", "t10", "t16")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = TrainSettings(source=SOURCE, holdout=0.0)
    directed = [
        replace(title, people=(Person(name=_director(title.title_id), role="director"),))
        for title in titles()
    ]
    arrivals = [  # a row of new titles needs some
        Title(title_id=f"new-{n}", name=f"New {n}", genres=("Comedy",), maturity_source="label")
        for n in range(5)
    ]
    home = trained_home(tmp_path_factory.mktemp("home"), settings, [*directed, *arrivals])
    with served(home) as running:
        yield running


def _director(title_id: str) -> str:
    return "Ann Lee" if title_id in OF_ANN else f"Somebody {title_id}"


def put(connection: Connection, title_id: str, genre: str, director: str) -> None:
    title = {
        "title_id": title_id,
        "name": f"{title_id} by name",
        "genres": [genre],
        "people": [{"name": director, "role": "director"}],
        "runtime_s": 6000.0,
        "maturity": 6,
        "maturity_source": "label",
    }
    assert connection.ask("PUT", f"/v1/titles/{title_id}", title)[0] == 200


def ranked(connection: Connection, model: str) -> list[str]:
    path = f"/v1/recommendations?profile={VIEWER}&k=1000&model={model}"
    return [tile["title_id"] for tile in connection.get(path)["titles"]]


def new_row(connection: Connection) -> list[str]:
    page = connection.get(f"/v1/home?profile={VIEWER}&columns=20")
    return [
        tile["title_id"] for row in page["rows"] if row["kind"] == "new" for tile in row["titles"]
    ]


def test_a_new_title_is_recommended_by_both_workers_within_two_seconds(server: Server) -> None:
    pair = server.both()
    began = time.monotonic()
    put(pair[0], "premiere", "Crime", "Ann Lee")

    def recommended() -> bool:
        return all(new_row(one)[:1] == ranked(one, "content")[:1] == ["premiere"] for one in pair)

    assert until(recommended, seconds=SECONDS - (time.monotonic() - began))


def test_what_it_is_made_of_decides_for_whom_a_new_title_is(server: Server) -> None:
    one, other = server.both()
    put(one, "alike", "Crime", "Somebody new")
    put(one, "unlike", "Comedy", "Somebody new")
    for order in (ranked(other, "content"), new_row(other)):
        assert order.index("alike") < order.index("unlike")
