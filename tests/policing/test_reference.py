"""The reference says what the code does: regenerated it is the same, and it leaves nothing out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer

from matinee import parts
from matinee.cli.main import app
from matinee.service import Config
from matinee.types import KINDS


def _page(repository: Path, name: str) -> str:
    return (repository / "docs" / "reference" / name).read_text(encoding="utf-8")


def _headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.*)$", page, re.MULTILINE))


def test_no_page_is_stale(repository: Path) -> None:
    compared = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (compared.returncode, compared.stderr) == (0, "")


@pytest.mark.parametrize("family", parts.FAMILIES)
def test_every_part_has_a_heading(family: str, repository: Path) -> None:
    section = _page(repository, "parts.md").split(f"\n## {family}\n")[1].split("\n## ")[0]
    assert {f"`{name}`" for name in parts.names(family)} == _headings(section)


@pytest.mark.parametrize("family", parts.FAMILIES)
def test_every_name_of_a_family_is_a_part_that_says_what_it_is(family: str) -> None:
    for name in parts.names(family):
        assert parts.load(family, name).__doc__, f"{family} {name} has no docstring"


def test_every_command_and_flag_is_described(repository: Path) -> None:
    page = _page(repository, "cli.md")
    missing = []
    pending = [("matinee", typer.main.get_command(app))]
    while pending:
        path, command = pending.pop()
        nested = getattr(command, "commands", {})
        pending += [(f"{path} {name}", one) for name, one in nested.items()]
        if nested:
            continue
        section = page.split(f"## `{path}`\n", 1)[-1].split("\n## ")[0]
        for one in command.params:
            words = getattr(one, "help", None)
            name = one.opts[0] if one.param_type_name == "option" else one.name
            if name != "--help" and (not words or f"| `{name}` |" not in section):
                missing.append(f"{path} {name}")
    assert missing == []


def test_every_command_takes_home_and_json() -> None:
    without = []
    pending = [("matinee", typer.main.get_command(app))]
    while pending:
        path, command = pending.pop()
        nested = getattr(command, "commands", {})
        pending += [(f"{path} {name}", one) for name, one in nested.items()]
        flags = {flag for one in command.params for flag in one.opts}
        if not nested and not {"--home", "--json"} <= flags:
            without.append(path)
    assert without == []


def test_every_setting_is_described(repository: Path) -> None:
    page = _page(repository, "settings.md")
    bare = [
        f"{section.name}.{field.encode_name}"
        for section in msgspec.structs.fields(Config)
        for field in msgspec.structs.fields(section.type)
        if not re.search(rf"^\| `{field.encode_name}` \|.*\| [A-Z].+ \|$", page, re.MULTILINE)
    ]
    assert bare == []


def test_every_setting_of_every_part_is_described(repository: Path) -> None:
    bare = re.findall(r"^\| `(\w+)` \| .* \|  \|$", _page(repository, "parts.md"), re.MULTILINE)
    assert bare == []


def test_every_kind_of_event_has_a_heading(repository: Path) -> None:
    assert {f"`{kind}`" for kind in KINDS} <= _headings(_page(repository, "events.md"))


def test_every_page_of_the_documentation_is_in_its_menu(repository: Path) -> None:
    docs = repository / "docs"
    menu = (repository / "mkdocs.yml").read_text(encoding="utf-8")
    decisions = (docs / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = {str(page.relative_to(docs)) for page in docs.rglob("*.md")}
    assert {
        page
        for page in pages
        if page not in menu and page.removeprefix("decisions/") not in decisions
    } == set()


def test_no_link_between_pages_is_broken(repository: Path) -> None:
    pages = [*repository.glob("*.md"), *(repository / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(repository)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
