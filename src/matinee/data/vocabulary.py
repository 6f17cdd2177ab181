"""Ids to rows and back; the only place where one is turned into the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matinee.types import Index

__all__ = ["Vocabulary"]


class Vocabulary:
    """N ids with the dense rows 0 to N − 1; a newer one only ever adds at the end."""

    __slots__ = ("_rows", "ids")

    def __init__(self, ids: Iterable[str]) -> None:
        """Number the ids in order.

        Raises:
            ValueError: an id stands twice.
        """
        self.ids: tuple[str, ...] = tuple(ids)
        self._rows = {name: row for row, name in enumerate(self.ids)}
        if len(self._rows) != len(self.ids):
            twice = next(name for row, name in enumerate(self.ids) if self._rows[name] != row)
            msg = f"the id {twice!r} stands twice in a vocabulary; ids must be distinct"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def row(self, name: str) -> int:
        """Return the row of an id, −1 if unknown."""
        return self._rows.get(name, -1)

    def rows(self, names: Sequence[str]) -> Index:
        """Return the rows of many ids, −1 where unknown, int32."""
        find = self._rows.get
        return np.fromiter((find(name, -1) for name in names), np.int32, len(names))

    def name(self, row: int) -> str:
        """Return the id of a row.

        Raises:
            IndexError: there is no such row.
        """
        if row < 0:
            msg = f"row {row} is no title; rows count from 0"
            raise IndexError(msg)
        return self.ids[row]

    def names(self, rows: Index) -> list[str]:
        """Return the ids of many rows."""
        ids = self.ids
        return [ids[row] for row in rows.tolist()]

    def extended(self, ids: Iterable[str]) -> Vocabulary:
        """Return a vocabulary with the unknown ones of `ids` added at the end, in order."""
        fresh = dict.fromkeys(name for name in ids if name not in self._rows)
        return Vocabulary((*self.ids, *fresh)) if fresh else self
