"""From what a person typed after `--data` to an opened reader."""

from __future__ import annotations

from pathlib import Path

from matinee.data.readers._batch import Where
from matinee.data.readers._files import files_at
from matinee.data.readers._mapping import ColumnMap
from matinee.data.readers._reader import OpenReader, Reader
from matinee.data.register import load, names

__all__ = ["open_reader"]

_NAMED = 8  # files in an archive


def open_reader(
    name_or_path: str | Path,
    *,
    data_folder: Path | None,
    cache: Path,
    columns: ColumnMap | None = None,
) -> Reader:
    """Open a source by name (`small`, `ml-1m`, `originals`) or by the look of a path.

    With `columns` the path is read as a table, whatever it looks like.

    `data_folder` is the folder of data sets outside any package (`MATINEE_DATA`, None: unset);
    `cache` may not exist yet. A name wins over a file of the same name.

    Raises:
        LookupError: nothing of that name, or its data are missing; says what there is.
        ValueError: the path holds nothing that any reader knows.
    """
    text = str(name_or_path)
    known = names("reader")
    where = Where(data_folder=data_folder, cache=cache)
    if columns is None and (name := text.replace("-", "_")) in known:
        return _reader(name).open(where)
    path = Path(name_or_path)
    said = ", ".join(each.replace("_", "-") for each in known)
    if not path.exists():
        msg = f"no data called {text!r}, and no such file or folder; there are {said}, or a path"
        raise LookupError(msg)
    if columns is not None:
        told = Where(path=path, data_folder=data_folder, cache=cache, columns=columns)
        return _reader("tables").open(told)
    for each in known:
        reader = _reader(each)
        if reader.fits(path):
            return reader.open(Where(path=path, data_folder=data_folder, cache=cache))
    inside = [] if path.is_dir() else list(files_at(path))
    remedy = f"; of {', '.join(inside[:_NAMED])} in it name one, unpacked" if inside[1:] else ""
    msg = (
        f"{path} holds nothing that can be imported: a folder or zip file of MovieLens, titles in"
        f" TOML, or a table in CSV, JSON Lines or Parquet (readers: {said}){remedy}"
    )
    raise ValueError(msg)


def _reader(name: str) -> type[OpenReader]:
    found: type[OpenReader] = load("reader", name)
    return found
