"""Any fitted model as named arrays and a JSON tree, and back, without pickle.

A model is a frozen dataclass of arrays, CSR arrays, numbers, text, tuples, mappings and other
such dataclasses (`Any` and `# noqa: ANN401` below: values of every kind pass through). In the
tree plain JSON stands for itself, and an object is one of

    {"array": name} · {"csr": name, "shape": [rows, columns]} · {"number": "inf"}
    {"map": {key: tree}} · {"class": name, "fields": {field: tree}}
    {"part": [family, name], "fields": …}

Unpacking builds two kinds of classes only: what a field's annotation names, and what the fitted
class of a registered part is. Fields with `init=False` or `metadata={"view": True}` are views:
they are not saved, and the class's `__post_init__` builds them again. A field with a default may
be absent: a later version gives one to what it adds, and it says what was so before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from itertools import repeat
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matinee.data.register import load, loaded

__all__ = ["JSON", "Arrays", "fitted_class", "pack", "unpack"]

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Arrays: TypeAlias = "Mapping[str, NDArray[Any]]"

T = TypeVar("T")
_CSR_PARTS = ("data", "indices", "indptr")
_REMEDY = "it was written by another version: train again"


def pack(value: object) -> tuple[dict[str, NDArray[Any]], JSON]:
    """Return a frozen dataclass as C-contiguous arrays by dotted name, and a JSON tree.

    numpy numbers become Python's; lists become tuples when unpacked.

    Raises:
        TypeError: something in it has no form here; names where it is.
    """
    if not _is_value(value):
        msg = f"cannot pack a {type(value).__name__}; a model is a frozen dataclass"
        raise TypeError(msg)
    arrays: dict[str, NDArray[Any]] = {}
    return arrays, _pack_fields(value, "", arrays)


def unpack(cls: type[T], arrays: Arrays, tree: JSON) -> T:
    """Rebuild a value of `cls`; arrays are taken as they are, so memory maps stay maps.

    Raises:
        ValueError: the tree or the arrays do not fit the class; names the field.
        LookupError: a nested model's part is not installed; lists what there is.
    """
    return _unpack_fields(cls, tree, "", arrays)


def fitted_class(family: str, name: str) -> type[Any]:
    """Return the class of the models that a registered recipe fits: its `fit`'s annotation.

    Raises:
        LookupError: no such part; the message lists what there is.
        TypeError: its `fit` says no frozen dataclass as its return type.
    """
    fitted = _fitted_of(load(family, name))
    if fitted is None:
        msg = f"{family} {name!r} cannot be saved: annotate what its fit returns (a dataclass)"
        raise TypeError(msg)
    return fitted


def _fitted_of(recipe: type[Any]) -> type[Any] | None:
    """Return the dataclass that a recipe fits, None if the part is no recipe."""
    fit = getattr(recipe, "fit", None)
    if fit is None:
        return None
    try:
        fitted = get_type_hints(fit).get("return")
    except NameError as error:
        msg = f"{recipe.__qualname__}.fit: {error}; import its annotations at run time"
        raise TypeError(msg) from error
    return fitted if isinstance(fitted, type) and is_dataclass(fitted) else None


def _part_of(cls: type[Any]) -> tuple[str, str] | None:
    """Return the loaded part (family, name) whose recipe fits this class.

    Recipes elsewhere may fit it too: the one beside the class is preferred, then those of its
    package, so that what is saved can be read where others are not installed; then the first by
    name.
    """

    def foreign(key: tuple[str, str]) -> tuple[bool, bool]:
        there, here = loaded()[key].__module__, cls.__module__
        return there.partition(".")[0] != here.partition(".")[0], there != here

    able = [key for key, recipe in loaded().items() if _fitted_of(recipe) is cls]
    return min(able, key=lambda key: (*foreign(key), key), default=None)


def _is_value(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _saved(cls: type[Any]) -> list[Field[Any]]:
    return [f for f in fields(cls) if f.init and not f.metadata.get("view", False)]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _pack_fields(value: Any, path: str, arrays: dict[str, NDArray[Any]]) -> dict[str, JSON]:  # noqa: ANN401
    return {
        "fields": {
            field.name: _pack(getattr(value, field.name), _join(path, field.name), arrays)
            for field in _saved(type(value))
        }
    }


def _pack(value: Any, path: str, arrays: dict[str, NDArray[Any]]) -> JSON:  # noqa: ANN401, PLR0911
    match value:
        case np.generic():
            return _pack(value.item(), path, arrays)
        case float() if not math.isfinite(value):
            return {"number": str(value)}
        case None | bool() | float() | str():
            return value
        case int():
            return int(value)
        case np.ndarray():
            arrays[path] = np.asarray(value, order="C")
            return {"array": path}
        case sparse.csr_array():
            arrays.update({_join(path, part): getattr(value, part) for part in _CSR_PARTS})
            return {"csr": path, "shape": list(value.shape)}
        case tuple() | list():
            return [_pack(item, _join(path, str(i)), arrays) for i, item in enumerate(value)]
        case Mapping():
            return {
                "map": {_key(k, path): _pack(v, _join(path, k), arrays) for k, v in value.items()}
            }
        case _ if _is_value(value):
            part = _part_of(type(value))
            named: JSON = type(value).__name__
            tag: dict[str, JSON] = {"class": named} if part is None else {"part": list(part)}
            return tag | _pack_fields(value, path, arrays)
        case _:
            msg = f"cannot pack {path}: a {type(value).__name__} is neither array, number nor text"
            raise TypeError(msg)


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        msg = f"cannot pack {path}: its key {key!r} is no text"
        raise TypeError(msg)
    return key


def _unpack_fields(cls: type[T], tree: JSON, path: str, arrays: Arrays) -> T:
    said = tree.get("fields") if isinstance(tree, dict) else None
    saved = _saved(cls) if is_dataclass(cls) else []
    known = {field.name for field in saved}
    needed = {one.name for one in saved if one.default is one.default_factory is MISSING}
    if not isinstance(said, dict) or not needed <= said.keys() <= known:
        found = ", ".join(sorted(said)) if isinstance(said, dict) else "no fields"
        where = path or cls.__name__
        msg = f"{where} has {found}, not {', '.join(sorted(known)) or 'fields'}; {_REMEDY}"
        raise ValueError(msg)
    hints = get_type_hints(cls)
    return cls(
        **{name: _unpack(hints[name], it, _join(path, name), arrays) for name, it in said.items()}
    )


def _unpack(hint: Any, tree: JSON, path: str, arrays: Arrays) -> Any:  # noqa: ANN401, PLR0911
    match tree:
        case {"array": str(name)}:
            return _array(arrays, name)
        case {"csr": str(name), "shape": list(shape)}:
            parts = tuple(_array(arrays, _join(name, part)) for part in _CSR_PARTS)
            return sparse.csr_array(parts, shape=tuple(shape), copy=False)
        case {"number": str(text)}:
            return float(text)
        case {"map": dict(items)}:
            inside = _inside(hint, Mapping)
            of = inside[1] if len(inside) == 2 else Any
            return {key: _unpack(of, it, _join(path, key), arrays) for key, it in items.items()}
        case {"part": [str(family), str(name)]}:
            return _unpack_fields(fitted_class(family, name), tree, path, arrays)
        case {"class": str(name)}:
            return _unpack_fields(_dataclass_in(hint, name, path), tree, path, arrays)
        case list():
            of_each = _elements(_inside(hint, tuple))
            return tuple(
                _unpack(of, it, _join(path, str(i)), arrays)
                for i, (of, it) in enumerate(zip(of_each, tree, strict=False))
            )
        case int() if type(tree) is int:
            return next((one for one in _alternatives(hint) if _is_number(one)), int)(tree)
        case None | bool() | float() | str():
            return tree
    msg = f"{path} has an unknown form; {_REMEDY}"
    raise ValueError(msg)


def _is_number(hint: Any) -> bool:  # noqa: ANN401
    """Whether a hint is an own kind of integer, such as a moment."""
    return isinstance(hint, type) and issubclass(hint, int) and hint not in (int, bool)


def _array(arrays: Arrays, name: str) -> NDArray[Any]:
    if name not in arrays:
        msg = f"the array {name!r} is missing; {_REMEDY}"
        raise ValueError(msg)
    return arrays[name]


def _alternatives(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return what a hint allows besides None: the members of a union, or itself."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(arg for arg in get_args(hint) if arg is not NoneType)
    return (hint,)


def _inside(hint: Any, kind: type) -> tuple[Any, ...]:  # noqa: ANN401
    """Return the arguments of the tuple or mapping that a hint allows; none: ()."""
    for one in _alternatives(hint):
        origin = get_origin(one)
        if isinstance(origin, type) and issubclass(origin, kind):
            return get_args(one)
    return ()


def _elements(inside: tuple[Any, ...]) -> Any:  # noqa: ANN401
    """Return a hint for each element of a tuple, as long as it may be."""
    if not inside or inside[-1] is Ellipsis:
        return repeat(inside[0] if inside else Any)
    return inside


def _dataclass_in(hint: Any, name: str, path: str) -> type[Any]:  # noqa: ANN401
    for one in _alternatives(hint):
        if isinstance(one, type) and is_dataclass(one) and one.__name__ == name:
            return one
    msg = f"{path} is a {name}, no registered part and not what its field names; {_REMEDY}"
    raise ValueError(msg)
