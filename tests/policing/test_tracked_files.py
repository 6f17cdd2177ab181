"""Nothing in the repository belongs to one machine, one registry, or one day's work."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOTS = {
    ".ci",
    "benchmarks",
    "deploy",
    "docs",
    "examples",
    "src",
    "tests",
    "web",
    ".gitignore",
    ".importlinter",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "constraints.txt",
    "mkdocs.yml",
    "openapi.json",
    "pyproject.toml",
}
LARGEST = 400 * 1024
PATTERNS = {
    "a registry's address": re.compile(
        r"index[-]url|[-]-registry|registry *= *http|\"resolved\": *\"http|pypi[.]org|npmjs[.]"
    ),
    "a path of one machine": re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|root|home)/[A-Za-z.]"),
    "how the work was organised": re.compile(r"DEVELOPERS[.]md|[.][.]/shared/|before[-]stop"),
}


def _tracked(repository: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, check=True, capture_output=True, text=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return [repository / name for name in names if (repository / name).is_file()]


@pytest.mark.parametrize("what", PATTERNS)
def test_no_tracked_file_names(what: str, repository: Path) -> None:
    found = [
        f"{file.relative_to(repository)}:{number}"
        for file in _tracked(repository)
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1)
        if PATTERNS[what].search(line)
    ]
    assert found == []


def test_the_root_holds_only_what_the_architecture_lists(repository: Path) -> None:
    at_the_root = {file.relative_to(repository).parts[0] for file in _tracked(repository)}
    assert at_the_root - ROOTS == set()


def test_no_tracked_file_is_large(repository: Path) -> None:
    large = [
        str(file.relative_to(repository))
        for file in _tracked(repository)
        if file.stat().st_size > LARGEST
    ]
    assert large == []
