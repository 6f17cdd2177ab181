"""`matinee --help` is quick because it imports nothing heavy: counted, not timed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "scipy", "polars", "litestar", "uvicorn", "msgspec", "rich"}
SCRIPT = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sorted(sys.modules)))
from matinee.cli.main import run
sys.argv = ["matinee", *sys.argv[1:]]
run()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["demo", "--help"],
        ["models", "list", "--help"],
        ["evaluate", "--help"],
        ["--version"],
    ],
)
def test_help_loads_no_heavy_module(arguments: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True
    ).stdout
    loaded = set(said[said.rindex("LOADED") :].split())
    assert "matinee.cli.main" in loaded
    assert loaded & HEAVY == set()


def test_help_loads_few_modules_of_ours() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT, "--help"], capture_output=True, text=True, check=True
    ).stdout
    ours = [name for name in said.split() if name.startswith("matinee.")]
    assert [name for name in ours if not name.startswith("matinee.cli")] == []
