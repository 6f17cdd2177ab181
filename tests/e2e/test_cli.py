"""The command line as a person and a script meet it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matinee import __version__
from matinee.cli.main import app

TITLES = """
{"title_id": "t1", "name": "The Long Queue", "year": 2021, "genres": ["Comedy"]}
{"title_id": "t2", "name": "Night Ferry", "year": 2019, "genres": ["Drama"]}
"""
RATE = (
    '{"event_id": "e%d", "kind": "rate", "profile_id": "p1", "title_id": "%s",'
    ' "value": 4, "at": "2026-01-02T10:00:00Z"}'
)


class Ran:
    """A finished command: what it said and how it left."""

    def __init__(self, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
        runner = CliRunner()
        result = runner.invoke(app, [str(one) for one in arguments], env=env or {})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    assert Ran("init", "--home", place).code == 0
    return place


def _events(path: Path, *titles: str) -> Path:
    lines = [RATE % (number, title) for number, title in enumerate(titles)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _with_viewer(home: Path, tmp_path: Path) -> None:
    """Two titles by import, and a profile, which no file format brings alone."""
    from matinee.stores import open_stores
    from matinee.types import Account, Moment, Profile

    titles = tmp_path / "titles.jsonl"
    titles.write_text(TITLES.lstrip(), encoding="utf-8")
    assert Ran("import", titles, "--home", home).code == 0
    stores = open_stores(home)
    now = Moment.parse("2026-01-01T00:00:00Z")
    stores.profiles.put_account(Account(account_id="a1"), now=now)
    stores.profiles.put_profile(Profile(profile_id="p1", account_id="a1"), now=now)
    stores.close()


def test_the_version_is_the_packages() -> None:
    assert Ran("--version").out == f"matinee {__version__}\n"


def test_init_twice_leaves_settings_as_a_person_wrote_them(home: Path) -> None:
    (home / "matinee.toml").write_text("[server]\nport = 9001\n", encoding="utf-8")
    assert Ran("init", "--home", home).code == 0
    shown = Ran("config", "show", "--home", home, "--json", "-").json
    assert shown["settings"]["server"]["port"] == 9001


def test_the_settings_file_that_init_writes_says_the_defaults(home: Path, tmp_path: Path) -> None:
    written = (home / "matinee.toml").read_text(encoding="utf-8")
    opened = "\n".join(
        line.removeprefix("# ") if " = " in line else line for line in written.splitlines()
    )
    other = tmp_path / "other"
    other.mkdir()
    (other / "matinee.toml").write_text(opened, encoding="utf-8")
    by_default = Ran("config", "show", "--home", tmp_path / "none", "--json", "-").json
    assert Ran("config", "show", "--home", other, "--json", "-").json == by_default


def test_the_environment_overrides_the_file_and_an_option_the_environment(home: Path) -> None:
    (home / "matinee.toml").write_text("[server]\nport = 9001\n", encoding="utf-8")
    environment = {"MATINEE__SERVER__PORT": "9002", "MATINEE_HOME": str(home)}
    assert Ran("config", "show", "--json", "-", env=environment).json["settings"]["server"] == {
        **Ran("config", "show", "--home", home, "--json", "-").json["settings"]["server"],
        "port": 9002,
    }


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[server]\nprt = 1\n", "prt"),
        ("[sever]\nport = 1\n", "sever"),
        ("[server]\nport = 99999\n", "port"),
        ("[server\n", "TOML"),
        ('[engine]\nrows = ["top_pics"]\n', "top_picks"),
        ("[train]\nsource = { ease = { l3 = 1.0 } }\n", "l2"),
    ],
)
def test_wrong_settings_are_one_line_and_exit_code_2(home: Path, settings: str, said: str) -> None:
    (home / "matinee.toml").write_text(settings, encoding="utf-8")
    ran = Ran("config", "check", "--home", home)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert said in ran.err


def test_importing_the_same_file_twice_stores_nothing_more(home: Path, tmp_path: Path) -> None:
    _with_viewer(home, tmp_path)
    events = _events(tmp_path / "events.jsonl", "t1", "t2")
    first = Ran("import", events, "--home", home, "--json", "-").json
    again = Ran("import", events, "--home", home, "--json", "-").json
    assert (first["stored"], first["duplicates"], first["rejected"]) == (2, 0, 0)
    assert (again["stored"], again["duplicates"], again["rejected"]) == (0, 2, 0)
    assert Ran("events", "count", "--home", home, "--json", "-").json["kinds"] == {"rate": 2}


def test_an_import_with_rejects_says_why_and_leaves_with_1(home: Path, tmp_path: Path) -> None:
    _with_viewer(home, tmp_path)
    events = _events(tmp_path / "events.jsonl", "t1", "nowhere")
    ran = Ran("import", events, "--home", home)
    assert ran.code == 1
    assert "unknown_title" in ran.out
    kept = Ran("events", "rejected", "--home", home, "--json", "-").json["rejected"]
    assert [(one["event_id"], one["code"]) for one in kept] == [("e1", "unknown_title")]


def test_the_newest_events_are_shown_last(home: Path, tmp_path: Path) -> None:
    _with_viewer(home, tmp_path)
    Ran("import", _events(tmp_path / "events.jsonl", "t1", "t2", "t1"), "--home", home)
    shown = Ran("events", "tail", "--limit", "2", "--home", home, "--json", "-").json["events"]
    assert [one["title_id"] for one in shown] == ["t2", "t1"]
    assert [one["profile_id"] for one in shown] == ["p1", "p1"]


@pytest.mark.parametrize("data", ["no-such-data", "/dev/null"])
def test_data_that_nobody_can_read_are_wrong_input(home: Path, data: str) -> None:
    ran = Ran("import", data, "--home", home)
    assert ran.code == 2
    assert ran.err.startswith("matinee: ")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("command", [["models", "list"], ["events", "count"], ["keys", "list"]])
def test_a_folder_that_is_not_there_is_named_with_the_remedy(
    command: list[str], tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    ran = Ran(*command, "--home", nowhere)
    assert ran.code == 2
    assert f"matinee init --home {nowhere}" in ran.err
    assert not nowhere.exists()


def test_a_key_is_shown_once_and_can_be_taken_back(home: Path) -> None:
    made = Ran("keys", "add", "tv", "--scopes", "view,write", "--home", home, "--json", "-").json
    listed = Ran("keys", "list", "--home", home, "--json", "-")
    assert [(key["name"], key["scopes"]) for key in listed.json["keys"]] == [
        ("tv", ["view", "write"])
    ]
    assert made["key"] not in listed.out + (home / "keys.toml").read_text(encoding="utf-8")
    assert Ran("keys", "remove", "tv", "--home", home).code == 0
    assert Ran("keys", "list", "--home", home, "--json", "-").json["keys"] == []
    assert Ran("keys", "remove", "tv", "--home", home).code == 2


def test_an_unknown_scope_lists_the_known_ones(home: Path) -> None:
    ran = Ran("keys", "add", "tv", "--scopes", "everything", "--home", home)
    assert ran.code == 2
    assert "view, write, operate" in ran.err


def test_a_report_can_go_to_a_file_and_words_stay_on_the_screen(home: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ran = Ran("models", "list", "--home", home, "--json", report)
    assert "no bundle yet" in ran.out
    assert json.loads(report.read_text(encoding="utf-8")) == {
        "matinee": __version__,
        "live": None,
        "bundles": [],
        "promotions": [],
    }


def test_the_doctor_finds_a_damaged_database_and_says_what_to_do(home: Path) -> None:
    before = Ran("doctor", "--home", home, "--json", "-").json["findings"]
    assert {one["check"]: one["ok"] for one in before}["matinee.db"]
    database = home / "matinee.db"
    content = bytearray(database.read_bytes())
    content[4096 : 3 * 4096] = b"\xff" * 2 * 4096
    database.write_bytes(content)
    ran = Ran("doctor", "--home", home, "--json", "-")
    found = {one["check"]: one for one in ran.json["findings"]}["matinee.db"]
    assert (ran.code, ran.json["ok"], found["ok"]) == (1, False, False)
    assert found["remedy"]


def test_the_doctor_finds_secrets_that_others_can_read(home: Path) -> None:
    Ran("keys", "add", "tv", "--home", home)
    (home / "keys.toml").chmod(0o644)
    findings = Ran("doctor", "--home", home, "--json", "-").json["findings"]
    assert f"chmod 600 {home / 'keys.toml'}" in {one["remedy"] for one in findings}


def test_wrong_use_is_exit_code_2_without_a_traceback() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "matinee", "serve", "--port", "many"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert "--port" in ran.stderr
    assert "Traceback" not in ran.stderr


def _plays(path: Path, *, bad: int = 0) -> Path:
    """A foreign table of plays, of which some lines hold no time."""
    lines = [f"ann,song {k % 3},2026-01-0{1 + k % 9},{k}000" for k in range(20)]
    lines[5 : 5 + bad] = ["ann,song 1,never,1"] * bad
    lines = [line.replace("song ", "song-") for line in lines]
    path.write_text("\n".join(["who,track,day,ms", *lines]) + "\n", encoding="utf-8")
    return path


PLAYS = "profile_id=who,title_id=track,at=day,watched_s=ms/1000,kind:=play_end"


def test_a_foreign_table_becomes_events_of_profiles_and_titles(home: Path, tmp_path: Path) -> None:
    asked = "import", _plays(tmp_path / "plays.csv"), "--map", PLAYS, "--home", home, "--json", "-"
    assert Ran(*asked).json["reasons"] == {"unknown_profile": 20}
    ran = Ran(*asked, "--create")
    assert ran.code == 0
    assert (ran.json["stored"], ran.json["titles_new"], ran.json["profiles_new"]) == (20, 3, 1)
    assert not (home / "rejected.jsonl").exists()


def test_a_map_in_a_file_is_the_same_map(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text(
        'kind = "events"\n[columns]\nprofile_id = "who"\ntitle_id = "track"\nat = "day"\n'
        'watched_s = "ms/1000"\n[constants]\nkind = "play_end"\n',
        encoding="utf-8",
    )
    plays = _plays(tmp_path / "plays.csv")
    first = Ran("import", plays, "--map", PLAYS, "--create", "--home", home, "--json", "-").json
    again = Ran("import", plays, "--map", file, "--home", home, "--json", "-").json
    assert (first["stored"], again["stored"], again["duplicates"]) == (20, 0, 20)


def test_rejected_lines_are_listed_and_allowed_up_to_a_number(home: Path, tmp_path: Path) -> None:
    plays, listed = _plays(tmp_path / "plays.csv", bad=3), tmp_path / "bad.jsonl"
    asked = "import", plays, "--map", PLAYS, "--create", "--home", home
    assert Ran(*asked, "--max-rejected", 2, "--rejected", listed).code == 1
    assert Ran(*asked, "--max-rejected", 3).code == 0
    said = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    assert [(one["file"], one["line"], one["code"]) for one in said] == [
        ("plays.csv", line, "unreadable") for line in (7, 8, 9)
    ]
    assert "never" in said[0]["reason"]
    assert (home / "rejected.jsonl").read_bytes() == listed.read_bytes()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--map", "colour=who"), "events have no field 'colour'"),
        (("--map", "profile_id=whom,at=day,kind:=pause"), "no column 'whom'"),
        (("--kind", "films"), "no kind of records called 'films'"),
        (("--map", "none.toml"), "none.toml does not hold"),
    ],
)
def test_a_map_that_does_not_fit_is_one_clear_line(
    home: Path, tmp_path: Path, flags: tuple[str, str], words: str
) -> None:
    plays = _plays(tmp_path / "plays.csv")
    flags = (*flags, "--kind", "events") if "--kind" not in flags else flags
    ran = Ran("import", plays, *flags, "--home", home)
    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_plays_are_counted_by_where_they_came_from(home: Path, tmp_path: Path) -> None:
    _with_viewer(home, tmp_path)
    acts = tmp_path / "acts.csv"
    acts.write_text(
        "kind,profile_id,title_id,session_id,at,autoplay\n"
        "search_click,p1,t1,s,2026-01-02T10:00:00Z,\n"
        "play_start,p1,t1,s,2026-01-02T10:01:00Z,false\n"
        "play_start,p1,t2,s,2026-01-02T12:00:00Z,true\n"
        "play_start,p1,t2,t,2026-01-03T12:00:00Z,false\n"
        "impression,p1,t1,u,2026-01-04T12:00:00Z,\n",
        encoding="utf-8",
    )
    _demo(home, acts)
    said = Ran("events", "credit", "--home", home, "--json", "-").json
    assert {name: plays for name, plays in said["sources"].items() if plays} == {
        "search": 1,
        "autoplay": 1,
        "continue_watching": 1,
    }
    assert (said["plays"], said["inferred"], said["unattributed_share"]) == (3, 1, 0.0)


def _demo(home: Path, acts: Path) -> None:
    """Record a table as the demo's events: imported plays came of no page."""
    from matinee.data.readers import open_reader
    from matinee.service.importing import import_data
    from matinee.stores import open_stores
    from matinee.types import Moment

    stores = open_stores(home)
    reader = open_reader(acts, data_folder=None, cache=home)
    now = Moment.parse("2026-01-05T00:00:00Z")
    assert import_data(stores, reader, now=now, origin="demo").rejected == 0
    stores.close()


def test_ctrl_c_ends_an_import_soundly_and_running_it_again_completes_it(
    home: Path, tmp_path: Path
) -> None:
    _with_viewer(home, tmp_path)
    many = 60_000
    events = _events(tmp_path / "events.jsonl", *["t1", "t2"] * (many // 2))
    running = subprocess.Popen(
        [sys.executable, "-m", "matinee", "import", events, "--home", home],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not _stored(home):
        assert running.poll() is None, running.stderr
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in said
    assert "run the same command again" in said.splitlines()[-1]
    assert 0 < _stored(home) < many
    assert Ran("import", events, "--home", home).code == 0
    assert _stored(home) == many


def _stored(home: Path) -> int:
    from matinee.stores import open_stores
    from matinee.types import ProfileId

    stores = open_stores(home)
    try:
        return stores.log.counts([ProfileId("p1")])[0]
    finally:
        stores.close()


def test_a_profile_is_listed_exported_and_erased(home: Path, tmp_path: Path) -> None:
    _with_viewer(home, tmp_path)
    assert Ran("import", _events(tmp_path / "e.jsonl", "t1", "t2"), "--home", home).code == 0
    listed = Ran("profiles", "list", "--home", home, "--json", "-").json["profiles"]
    assert [(one["profile_id"], one["events"]) for one in listed] == [("p1", 2)]
    file = tmp_path / "p1.json"
    assert Ran("profiles", "export", "p1", "--json", file, "--home", home).code == 0
    held = json.loads(file.read_text())
    assert [event["title_id"] for event in held["events"]] == ["t1", "t2"]
    assert json.loads(Ran("profiles", "export", "p1", "--home", home).out) == held
    erased = Ran("profiles", "erase", "p1", "--home", home, "--json", "-")
    assert erased.code == 0
    assert erased.json["clean"]
    assert Ran("profiles", "list", "--home", home, "--json", "-").json["profiles"] == []
    again = Ran("import", tmp_path / "e.jsonl", "--create", "--home", home, "--json", "-")
    assert (again.code, again.json["reasons"]) == (1, {"erased": 2})
    assert "p1" not in (home / "rejected.jsonl").read_text()
    assert Ran("profiles", "list", "--home", home, "--json", "-").json["profiles"] == []
    unknown = Ran("profiles", "erase", "nobody", "--home", home)
    assert unknown.code == 2
    assert "no profile 'nobody'" in unknown.err


def test_an_erasure_that_others_hold_up_is_said_and_finished_by_upkeep(
    home: Path, tmp_path: Path
) -> None:
    _with_viewer(home, tmp_path)
    with closing(sqlite3.connect(home / "matinee.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM profiles").fetchone()
        held_up = Ran("profiles", "erase", "p1", "--wait", "0", "--home", home)
        assert held_up.code == 1
        assert "not clean yet" in held_up.out
        assert Ran("upkeep", "--home", home).code == 1
    done = Ran("upkeep", "--home", home, "--json", "-")
    assert (done.code, done.json["erasures"], done.json["unfinished"]) == (0, 1, 0)
