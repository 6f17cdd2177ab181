"""`matinee tune` and `matinee evaluate` on a folder of foreign CSV files, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from matinee.cli.main import app


def ran(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ratings of 70 viewers in two camps over 30 films."""
    folder = tmp_path_factory.mktemp("ratings")
    rng = np.random.default_rng(4)
    lines = ["userId,movieId,rating,timestamp"]
    for user in range(70):
        likely = np.where(np.arange(30) % 2 == user % 2, 6.0, 1.0)
        for place, movie in enumerate(rng.choice(30, 12, replace=False, p=likely / likely.sum())):
            stars = rng.choice([2.0, 4.0, 5.0])
            lines.append(f"{user},{movie},{stars},{1_000_000_000 + user * 40_000 + place * 60}")
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    movies = "".join(
        f"{row},Film {row} (1999),{'War' if row % 2 else 'Drama'}\n" for row in range(30)
    )
    (folder / "movies.csv").write_text(f"movieId,title,genres\n{movies}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(csv: Path) -> dict[str, Any]:
    out, page = csv / "out.json", csv / "out.html"
    words = ran(
        *("evaluate", "--data", csv, "--protocol", "strong", "--models", "popular,ease"),
        *("--json", out, "--html", page, "--home", csv / "home"),
    )
    return {
        "words": words,
        "json": json.loads(out.read_text("utf-8")),
        "html": page.read_text("utf-8"),
    }


@pytest.fixture(scope="module")
def plays(csv: Path) -> tuple[str | Path, ...]:
    """The same ratings as one table without titles, in columns of somebody else's naming."""
    file = csv / "plays.csv"
    rows = (csv / "ratings.csv").read_text("utf-8").splitlines()[1:]
    file.write_text("\n".join(["who,what,stars,when", *rows]) + "\n", encoding="utf-8")
    fields = "profile_id=who,title_id=what,value=stars,at=when,kind:=rate"
    return "--data", file, "--map", fields, "--create"


def test_a_table_of_foreign_columns_gives_the_numbers_of_the_same_data_in_a_known_form(
    csv: Path, plays: tuple[str | Path, ...], found: dict[str, Any], tmp_path: Path
) -> None:
    asked = "--protocol", "strong", "--models", "popular,ease", "--home", csv / "home"
    ran("evaluate", *plays, *asked, "--json", tmp_path / "out.json")
    said = json.loads((tmp_path / "out.json").read_text("utf-8"))
    for model in ("popular", "ease"):
        mine, same = (one["models"][model]["metrics"] for one in (said, found["json"]))
        assert mine["ndcg@100"] == same["ndcg@100"]


def test_settings_are_searched_on_a_table_of_foreign_columns(
    csv: Path, plays: tuple[str | Path, ...], tmp_path: Path
) -> None:
    asked = "--protocol", "strong", "--models", "ease", "--trials", "2", "--home", csv / "home"
    ran("tune", *plays, *asked, "--json", tmp_path / "tuned.json")
    said = json.loads((tmp_path / "tuned.json").read_text("utf-8"))
    assert len(said["models"]["ease"]["trials"]) == 2


def test_a_table_of_which_no_line_can_be_read_says_why(
    csv: Path, plays: tuple[str | Path, ...]
) -> None:
    odd = (*plays[:3], str(plays[3]).replace("at=when", "at:=never"), *plays[4:])
    said = ran("evaluate", *odd, "--home", csv / "home", code=2)
    assert "840 lines cannot be read, first plays.csv:2: " in said
    assert "never" in said


def test_the_json_has_the_fields_that_others_rely_on(found: dict[str, Any]) -> None:
    said = found["json"]
    assert {"matinee", "protocol", "seed", "data", "split", "models", "pairs"} <= said.keys()
    assert (said["protocol"], said["seed"]) == ("strong", 98_765)
    assert {"name", "fingerprint", "profiles", "titles", "interactions"} <= said["data"].keys()
    split = {"test_profiles", "at", "positives", "ranking", "tuned_on"}
    assert split <= said["split"].keys()
    for one in said["models"].values():
        assert {"settings", "fit_s", "peak_mb", "score_ms", "metrics"} <= one.keys()
        assert one["metrics"]["ndcg@100"].keys() == {"mean", "low", "high", "n"}
    assert {"a", "b", "metric", "difference", "low", "high"} <= said["pairs"][0].keys()


def test_the_terminal_shows_the_better_model_first(found: dict[str, Any]) -> None:
    lines = found["words"].splitlines()
    heading = next(row for row, line in enumerate(lines) if line.startswith("model"))
    assert "ndcg@100" in lines[heading]
    assert [line.split()[0] for line in lines[heading + 1 : heading + 3]] == ["ease", "popular"]
    assert any(line.startswith("ease − popular: 0.") for line in lines)


def test_the_page_is_one_file_with_plots(found: dict[str, Any]) -> None:
    assert found["html"].startswith("<!doctype html>")
    assert found["html"].count("<svg") >= 7


def test_what_tune_finds_is_what_evaluate_uses(csv: Path, tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned.json", tmp_path / "out.json"
    data = ("--data", csv, "--protocol", "leave-last", "--models", "popular,ease", "--home", csv)
    ran("tune", *data, "--trials", "3", "--json", tuned)
    ran("evaluate", *data, "--settings", tuned, "--json", out)
    search, said = json.loads(tuned.read_text("utf-8")), json.loads(out.read_text("utf-8"))
    assert said["protocol"] == "leave-last"
    assert said["split"]["tuned_on"] == "validation"
    for name in ("popular", "ease"):
        assert said["models"][name]["settings"] == search["models"][name]["settings"]
        assert len(search["models"][name]["trials"]) == 3


def test_settings_of_another_cut_are_told_as_such(csv: Path, tmp_path: Path) -> None:
    tuned, out = tmp_path / "tuned.json", tmp_path / "out.json"
    asked = ("--data", csv, "--models", "popular", "--home", csv)
    ran("tune", *asked, "--protocol", "cold", "--trials", "1", "--json", tuned)
    for protocol, more in (("strong", ()), ("cold", ("--seed", "4"))):
        ran(
            *("evaluate", *asked, "--protocol", protocol, *more),
            *("--settings", tuned, "--json", out),
        )
        said = json.loads(out.read_text("utf-8"))["split"]["tuned_on"]
        assert said.startswith(f"validation of {csv}, cold {{")
        assert said.endswith("seed 98765: not this cut's")
    ran("evaluate", *asked, "--protocol", "cold", "--settings", tuned, "--json", out)
    assert json.loads(out.read_text("utf-8"))["split"]["tuned_on"] == "validation"


def test_a_settings_file_gives_a_second_name_to_a_source(csv: Path, tmp_path: Path) -> None:
    settings, out = tmp_path / "models.toml", tmp_path / "out.json"
    settings.write_text(
        "ease = { l2 = 30.0 }\nweek = { popular = { half_life_days = 7.0 } }\n", encoding="utf-8"
    )
    ran(
        *("evaluate", "--data", csv, "--protocol", "strong", "--models", "popular,week,ease"),
        *("--settings", settings, "--json", out, "--home", csv),
    )
    said = json.loads(out.read_text("utf-8"))
    assert said["models"]["week"]["settings"]["half_life_days"] == 7.0
    assert said["models"]["popular"]["settings"]["half_life_days"] == 365.0
    assert said["models"]["ease"]["settings"]["l2"] == 30.0
    assert said["split"]["tuned_on"] is None
    assert len(said["pairs"]) == 3


def test_a_protocols_setting_is_said_as_toml(csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    ran(
        *("evaluate", "--data", csv, "--protocol", "time", "--models", "popular"),
        *("--set", "quantile=0.8", "--set", "positives=any", "--json", out, "--home", csv),
    )
    said = json.loads(out.read_text("utf-8"))
    assert said["split"]["settings"] == {"quantile": 0.8, "positives": "any"}


def test_where_only_new_profiles_are_asked_the_mean_is_of_nobody(csv: Path, tmp_path: Path) -> None:
    """These viewers come one after the other, so that all who are asked later are new."""
    out = tmp_path / "out.json"
    words = ran(
        *("evaluate", "--data", csv, "--protocol", "time", "--models", "popular,ease"),
        *("--set", "quantile=0.914", "--json", out, "--home", csv),
    )
    one = json.loads(out.read_text("utf-8"))["models"]["popular"]
    assert one["metrics"]["ndcg@20"] == {"mean": None, "low": None, "high": None, "n": 0}
    mean = one["groups"]["stage"]["without"]["ndcg@20"]["mean"]
    assert mean > 0
    assert f"popular   {mean:.4f}" in words


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--protocol", "sideways"), "there are cold, leave_last"),
        (("--set", "speed=3"), "write one of positives, quantile"),
        (("--set", "quantile=high"), "time.quantile=high"),
        (("--set", "headline=ndcg@10"), "time has no setting 'headline=ndcg@10'"),
        (("--json", "nowhere/out.json"), "there is no folder nowhere to write out.json to"),
        (("--html", "nowhere/out.html"), "there is no folder nowhere to write out.html to"),
        (("--models", "eaze"), "there are blend, bpr"),
        (("--models", "ease,ease"), "names a model twice"),
        (("--data", "nowhere"), "no data called 'nowhere'"),
    ],
)
def test_a_wrong_word_gets_one_line_with_the_remedy(
    arguments: tuple[str, str], remedy: str, csv: Path
) -> None:
    usual = {"--data": str(csv), "--protocol": "time", "--models": "popular"}
    usual.pop(arguments[0], None)
    rest = [word for pair in usual.items() for word in pair]
    said = ran("evaluate", *arguments, *rest, "--home", csv, code=2).strip()
    assert remedy in said
    assert len([line for line in said.splitlines() if line.startswith("matinee:")]) == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cut.json", '{"models": {', "cut.json is not JSON"),
        (
            "odd.json",
            '{"models": {"ease": 3}}',
            "odd.json is not what `matinee tune --json` writes",
        ),
        ("list.json", "[1]", "list.json is not what `matinee tune --json` writes"),
        ("odd.toml", "ease = = 3", "odd.toml is not TOML"),
    ],
)
def test_settings_that_cannot_be_read_are_named(
    name: str, text: str, said: str, csv: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    asked = "--data", csv, "--models", "ease", "--home", csv
    assert said in ran("evaluate", *asked, "--settings", tmp_path / name, code=2)


def test_a_table_whose_titles_nobody_described_says_how_to_make_them(
    csv: Path, plays: tuple[str | Path, ...]
) -> None:
    words = ran("evaluate", *plays[:-1], "--home", csv / "home", code=2)
    assert "840 events name titles or profiles that nobody described" in words
    assert "--create" in words


def test_where_only_new_titles_are_ranked_the_report_says_so(csv: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "out.json", tmp_path / "out.html"
    words = ran(
        *("evaluate", "--data", csv, "--protocol", "cold", "--models", "popular,random"),
        *("--set", "candidates=new", "--json", out, "--html", page, "--home", csv),
    )
    assert json.loads(out.read_text("utf-8"))["split"]["ranking"] == "new"
    assert "new titles ranked" in words
    assert "new titles ranked" in page.read_text("utf-8")
