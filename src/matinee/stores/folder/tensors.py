"""Arrays in safetensors files, read without copying: https://github.com/huggingface/safetensors."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

__all__ = ["map_arrays", "write_arrays"]

_DTYPES: Mapping[str, np.dtype[Any]] = {
    "BOOL": np.dtype("?"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
    "U16": np.dtype("<u2"),
    "I16": np.dtype("<i2"),
    "F16": np.dtype("<f2"),
    "U32": np.dtype("<u4"),
    "I32": np.dtype("<i4"),
    "F32": np.dtype("<f4"),
    "U64": np.dtype("<u8"),
    "I64": np.dtype("<i8"),
    "F64": np.dtype("<f8"),
}
_LENGTH = struct.Struct("<Q")
_REMEDY = "the file is damaged: train again, or promote another bundle"


class _Entry(msgspec.Struct):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of numbers or truth values as one file.

    Raises:
        TypeError: an array has another kind of elements; names it.
    """
    for name, array in arrays.items():
        if array.dtype not in _DTYPES.values():
            msg = f"cannot keep {name}: its elements are {array.dtype}, not numbers or booleans"
            raise TypeError(msg)
    save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, path)


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, read-only and backed by it.

    Raises:
        ValueError: it is no safetensors file, cut short, or has what we never write.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            entries, start = _header(data)
        return _arrays(path, entries, start)
    except (msgspec.MsgspecError, ValueError, OSError, struct.error, KeyError) as error:
        msg = f"{path}: {error}; {_REMEDY}"
        raise ValueError(msg) from error


def _header(data: mmap.mmap) -> tuple[dict[str, _Entry], int]:
    """Return what the file says that it holds, and where the arrays begin."""
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    if start > len(data):
        msg = f"its header should be {length} bytes long, and the file has {len(data)}"
        raise ValueError(msg)
    said: dict[str, msgspec.Raw] = msgspec.json.decode(
        data[_LENGTH.size : start], type=dict[str, msgspec.Raw]
    )
    said.pop("__metadata__", None)
    return {name: msgspec.json.decode(raw, type=_Entry) for name, raw in said.items()}, start


def _arrays(path: Path, entries: Mapping[str, _Entry], start: int) -> dict[str, NDArray[Any]]:
    """Map each array; together they must fill the file, or bytes were lost or added."""
    whole = np.asarray(np.memmap(path, np.uint8, mode="r"))  # plain arrays slice faster
    used = start
    arrays: dict[str, NDArray[Any]] = {}
    for name, entry in sorted(entries.items(), key=lambda one: one[1].data_offsets):
        if entry.dtype not in _DTYPES:
            msg = f"the array {name!r} has elements of an unknown kind, {entry.dtype}"
            raise ValueError(msg)
        dtype = _DTYPES[entry.dtype]
        size = prod(entry.shape) * dtype.itemsize
        begin, end = (start + place for place in entry.data_offsets)
        if begin != used or end - begin != size or min(entry.shape, default=0) < 0:
            msg = f"the array {name!r} of shape {entry.shape} does not fit its place in the file"
            raise ValueError(msg)
        used = end
        if end <= len(whole):
            arrays[name] = whole[begin:end].view(dtype).reshape(entry.shape)
    if used != len(whole):
        msg = f"it should be {used} bytes long, and is {len(whole)}"
        raise ValueError(msg)
    return arrays
