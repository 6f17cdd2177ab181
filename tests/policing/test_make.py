"""The commands that README and CI rely on are there, and CI runs `make check`, no less."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

TARGETS = [
    "help",
    "setup",
    "demo",
    "test",
    "web",
    "web-test",
    "check",
    "fmt",
    "lint",
    "types",
    "layers",
    "ladder-quick",
    "bench",
    "docs",
    "clean",
]


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target: str, repository: Path) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", target],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (planned.returncode, planned.stderr) == (0, "")


def test_make_alone_lists_every_target(repository: Path) -> None:
    said = subprocess.run(
        ["make"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout
    assert [target for target in TARGETS if f"make {target} " not in said] == []


def test_ci_runs_make_check_and_stops_at_the_first_failure(repository: Path) -> None:
    script = repository / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make check"


def test_check_is_lint_types_layers_docs_all_tests_and_the_ladder(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    needs = re.search(r"^check: ([^#]*)", makefile, re.MULTILINE)
    assert needs is not None
    assert needs[1].split() == [
        "lint",
        "types",
        "layers",
        "docs-check",
        "test",
        "ladder-quick",
        "web-test",
    ]


def test_bench_runs_every_benchmark(repository: Path) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "bench"], cwd=repository, check=True, capture_output=True, text=True
    ).stdout
    scripts = [file.name for file in (repository / "benchmarks").glob("*.py")]
    assert [name for name in scripts if not re.search(rf"[ ']{name}\b", planned)] == []


def test_constraints_pin_every_package_and_say_no_more(repository: Path) -> None:
    lines = (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.lstrip().startswith("#")]
    assert len(pins) > 40
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9._-]+==[0-9][\w.!+]*", line)] == []
    assert [line for line in pins if line.startswith(("torch==", "matinee=="))] == []
