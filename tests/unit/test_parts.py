"""The register finds parts by name, imports them late, and says what there is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from matinee import parts


def test_names_are_listed_without_importing_any_part() -> None:
    code = (
        "import sys; from matinee import parts; listed = parts.names('source');"
        "assert 'ease' in listed, listed; assert 'matinee.models.sources.ease' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_part_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no source called 'eaze'; there are .*ease.*popular"):
        parts.load("source", "eaze")


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="no part family called 'sauce'"):
        parts.part("sauce", "ketchup")


def test_two_classes_cannot_share_a_name() -> None:
    known = parts.load("source", "ease")
    with pytest.raises(ValueError, match="two parts are called source 'ease'"):
        parts.part("source", "ease")(type("Other", (), {}))
    assert parts.load("source", "ease") is known


@pytest.mark.parametrize("family", sorted(parts.FAMILIES))
def test_every_listed_part_loads_under_its_own_name(family: str) -> None:
    for name in parts.names(family):
        assert isinstance(parts.load(family, name), type)
