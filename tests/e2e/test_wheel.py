"""The wheel holds everything that runs without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    dist = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist]
    subprocess.run([*build, repository], check=True, capture_output=True)
    (built,) = dist.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_with_its_data(wheel: Path, repository: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = repository / "src"
    wanted = {
        str(file.relative_to(source))
        for kind in ("py", "toml", "typed", "sql")
        for file in (source / "matinee").rglob(f"*.{kind}")
    }
    assert {"matinee/py.typed", "matinee/data/readers/originals.toml"} <= wanted
    assert any(name.startswith("matinee/features/") and name.endswith(".toml") for name in wanted)
    assert wanted - names == set()


def test_the_wheel_holds_the_whole_site_if_it_is_built(wheel: Path, repository: Path) -> None:
    static = repository / "src" / "matinee" / "server" / "static"
    built = {str(file.relative_to(static)) for file in static.rglob("*") if file.is_file()}
    prefix = "matinee/server/static/"
    held = {
        name.removeprefix(prefix)
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith(prefix)
    }
    assert held == built


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"matinee"}


def test_the_core_asks_for_no_compiler_and_no_torch(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        (name,) = [one for one in content.namelist() if one.endswith(".dist-info/METADATA")]
        lines = content.read(name).decode().splitlines()
    core = [line for line in lines if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert len(core) >= 10
    assert [line for line in core if "torch" in line or "pandas" in line] == []
