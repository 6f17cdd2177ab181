"""The data folder as commands use it: opened for the length of a command, always closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matinee.stores import Stores

__all__ = ["existing", "opened"]


def existing(home: Path) -> Path:
    """Return the data folder if it is one.

    Raises:
        ValueError: there is none; the message says how to make it.
    """
    if not home.is_dir():
        msg = f"there is no data folder {home}; `matinee init --home {home}` makes one"
        raise ValueError(msg)
    return home


@contextmanager
def opened(home: Path, *, create: bool = False) -> Iterator[Stores]:
    """Open the stores of a data folder, and close them whatever happens.

    Raises:
        ValueError: the folder is not there and `create` is not asked for.
    """
    from matinee.stores import open_stores

    if create:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)  # viewers' histories lie in it
    stores = open_stores(existing(home))
    try:
        yield stores
    finally:
        stores.close()
