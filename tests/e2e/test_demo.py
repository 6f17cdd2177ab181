"""`matinee demo` from nothing to a page, again without doing it twice, and over from the start."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

GENRES = ("Comedy", "Drama", "Western", "Thriller")


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty viewers who each like one of four genres, as a MovieLens folder."""
    folder = tmp_path_factory.mktemp("ratings")
    films = [f"{n},Film {n} ({1960 + n}),{GENRES[n % 4]}" for n in range(1, 61)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n")
    marks = [
        f"{viewer},{film},{5.0 if film % 4 == viewer % 4 else 1.5},{1_500_000_000 + 9 * film}"
        for viewer in range(1, 31)
        for film in range(1, 61)
        if (viewer * 7 + film) % 3
    ]
    (folder / "ratings.csv").write_text(
        "\n".join(["userId,movieId,rating,timestamp", *marks]) + "\n"
    )
    return folder


@pytest.fixture(scope="module")
def home(ratings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo has been prepared."""
    place = tmp_path_factory.mktemp("demo") / "home"
    ran = _demo(ratings, place, "--no-serve")
    assert ran.returncode == 0, ran.stderr
    return place


def _demo(data: Path, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matinee", "demo", "--data", data, "--home", home, *options],
        check=False,
        capture_output=True,
        text=True,
    )


@contextmanager
def _served(data: Path, home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "matinee", "demo", "--data", data, "--home", home, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        first = running.stdout.readline()
        found = re.match(r"http://127\.0\.0\.1:\d+/", first)
        assert found is not None, first + str(running.stderr and running.stderr.read())
        yield running, found[0]
    finally:
        running.kill()
        running.communicate()


def _get(url: str) -> Any:
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def test_a_second_start_does_nothing_twice_and_serves_a_page(ratings: Path, home: Path) -> None:
    with _served(ratings, home) as (running, url):
        ready = _get(f"{url}readyz")
        profile = _get(f"{url}v1/profiles?limit=1")["profiles"][0]["profile_id"]
        page = _get(f"{url}v1/home?profile={profile}")
        running.send_signal(signal.SIGINT)
        words, errors = running.communicate(timeout=30)
    assert ready["ready"] is True
    assert {"top_picks", "trending"} & {row["kind"] for row in page["rows"]}
    assert running.returncode == 0
    assert "new titles" not in words + errors
    assert "Traceback" not in errors


def test_other_data_are_not_mixed_into_it(home: Path) -> None:
    ran = _demo(Path("small"), home, "--no-serve")
    assert ran.returncode == 2
    assert "--fresh" in ran.stderr


def test_starting_over_trains_anew_and_keeps_what_a_person_wrote(
    ratings: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert _demo(ratings, home, "--no-serve").returncode == 0
    first = json.loads((home / "demo.json").read_text())["bundle"]
    (home / "matinee.toml").write_text("[server]\nworkers = 1\n")
    assert _demo(ratings, home, "--no-serve", "--fresh").returncode == 0
    again = json.loads((home / "demo.json").read_text())["bundle"]
    assert again != first
    assert [path.name for path in (home / "bundles").iterdir() if path.is_dir()] == [again]
    assert (home / "matinee.toml").read_text() == "[server]\nworkers = 1\n"


def test_starting_over_leaves_a_folder_alone_that_is_not_ours(
    ratings: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work")
    ran = _demo(ratings, tmp_path, "--no-serve", "--fresh")
    assert ran.returncode == 2
    assert precious.read_text() == "years of work"


def test_an_open_address_without_a_key_is_refused_with_the_remedy(home: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "matinee", "serve", "--host", "0.0.0.0", "--home", home],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "matinee keys add" in ran.stderr
