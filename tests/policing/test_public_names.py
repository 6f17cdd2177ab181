"""`__all__` says what is public, everywhere, and every module says what it is for."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import matinee


def _modules() -> list[str]:
    found = pkgutil.walk_packages(matinee.__path__, "matinee.")
    return ["matinee", *sorted(module.name for module in found)]


def _tree(module: str) -> ast.Module:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _defined(tree: ast.Module) -> set[str]:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")
    }


@pytest.mark.parametrize("module", _modules())
def test_a_module_opens_with_what_it_is_for(module: str) -> None:
    said = ast.get_docstring(_tree(module))
    assert said is not None
    assert len(said.split()) >= 4, f"{module} says only {said!r}"


@pytest.mark.parametrize("module", _modules())
def test_every_public_class_and_function_is_in_all(module: str) -> None:
    listed = set(import_module(module).__all__)
    assert _defined(_tree(module)) - listed == set()


@pytest.mark.parametrize("module", _modules())
def test_all_names_what_is_there_and_nothing_private(module: str) -> None:
    loaded = import_module(module)
    listed = loaded.__all__
    assert len(listed) == len(set(listed))
    missing = [name for name in listed if not hasattr(loaded, name)]
    private = [name for name in listed if name.startswith("_") and name != "__version__"]
    assert (missing, private) == ([], [])
