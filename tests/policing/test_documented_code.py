"""Code in the documentation runs: each page's Python blocks in order, in a fresh folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

RUN = ("docs/tutorial.md", "docs/how-to/plug-in.md", "docs/how-to/rewards.md")
PAGES = (*RUN, "README.md", "docs/how-to/privacy.md")


def _blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", RUN)
def test_the_python_of_a_page_runs(name: str, repository: Path, tmp_path: Path) -> None:
    blocks = _blocks(repository / name, "python")
    assert blocks
    script = tmp_path / "documented.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("name", PAGES)
def test_the_json_and_toml_of_a_page_are_json_and_toml(name: str, repository: Path) -> None:
    for block in _blocks(repository / name, "json"):
        json.loads(block)
    for block in _blocks(repository / name, "toml"):
        tomllib.loads(block)


def test_the_events_of_the_readmes_tour_are_events(repository: Path) -> None:
    from matinee.service import decode_events
    from matinee.types import Moment

    sent = [
        body.replace("$(date -u +%FT%TZ)", "2026-11-22T18:00:00Z")
        for block in _blocks(repository / "README.md", "sh")
        for body in re.findall(r"<<EOF\n(.*?)\nEOF$", block, re.DOTALL | re.MULTILINE)
    ]
    (tour,) = sent
    kinds = [
        type(event).__name__
        for event in decode_events(tour.encode(), now=Moment.parse("2026-11-23T00:00:00Z"))
    ]
    assert kinds == ["PlayStart", "PlayEnd", "Thumb"]
