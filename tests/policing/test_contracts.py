"""Every part is held to its family's contract: no part comes in without a test that knows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from matinee import parts, testing

CONTRACTS = {
    "source": "SourceContract",
    "ranker": "RankerContract",
    "row": "RowContract",
    "layout": "LayoutContract",
    "artwork": "ArtworkPolicyContract",
    "reader": "ReaderContract",
    "protocol": "ProtocolContract",
}
PARTS = [(family, name) for family in parts.FAMILIES for name in parts.names(family)]


def _classes(folder: Path) -> list[ast.ClassDef]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py"))]
    return [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]


def _mentioned(node: ast.AST) -> set[str]:
    """Names and strings that stand in a piece of code."""
    said = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str(word)):
                said.add(word)
    return said


@pytest.mark.parametrize(("family", "name"), [one for one in PARTS if one[0] in CONTRACTS])
def test_a_part_is_held_to_its_contract(family: str, name: str, repository: Path) -> None:
    contract, part = CONTRACTS[family], {name, parts.load(family, name).__name__}
    held = [
        node.name
        for node in _classes(repository / "tests" / "contract")
        if contract in {getattr(base, "id", None) for base in node.bases}
        and part & _mentioned(node)
    ]
    assert held, f"no class in tests/contract/ derives from {contract} and names {name}"


@pytest.mark.parametrize(
    ("family", "name"), [one for one in PARTS if one[0] in {"metric", "aspect", "spread"}]
)
def test_a_measure_is_compared_with_a_naive_twin(family: str, name: str, repository: Path) -> None:
    part = {name, parts.load(family, name).__name__}
    twins = [
        file.name
        for file in (repository / "tests" / "property").glob("*.py")
        if "naive" in (said := _mentioned(ast.parse(file.read_text(encoding="utf-8"))))
        and part & said
    ]
    assert twins


def test_every_contract_that_ships_is_used(repository: Path) -> None:
    shipped = {name for name in testing.__all__ if name.endswith("Contract")}
    used = {
        getattr(base, "id", "")
        for node in _classes(repository / "tests" / "contract")
        for base in node.bases
    }
    assert shipped - used == set()
    assert set(CONTRACTS.values()) <= shipped
