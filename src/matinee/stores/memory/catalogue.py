"""The catalogue in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock

import msgspec

from matinee.data import Catalogue
from matinee.stores.protocols import Edit
from matinee.stores.titles import check_owner, decode_title, encode_title, filled, merged
from matinee.types import Moment, Title, TitleId

__all__ = ["MemoryCatalogue"]


class MemoryCatalogue:
    """A `CatalogueStore` that is gone with the process."""

    def __init__(self) -> None:
        self.title_ids: list[str] = []
        self.episode_ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._episodes: dict[str, tuple[int, int]] = {}
        self._edits: list[list[Edit]] = []  # by title row, the newest last
        self._taken: dict[str, Title] = {}  # what sources said last
        self._lock = RLock()
        self._newest = Catalogue.of((), version=0)
        self._version = 0

    @property
    def rows(self) -> Mapping[str, int]:
        """Title rows by id."""
        return self._rows

    @property
    def episodes(self) -> Mapping[str, tuple[int, int]]:
        """(episode row, title row) by episode id."""
        return self._episodes

    def upsert(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add or replace titles; see `CatalogueStore.upsert`."""
        with self._lock:
            changes: dict[str, Title] = {}
            owners: dict[str, str] = {}
            for name, title in {title.title_id: title for title in titles}.items():
                held = self._held(name)
                after = decode_title(encode_title(filled(title, held=held, now=now)))
                if after != held:
                    changes[name] = after
                for episode in after.episodes:
                    _, of = self._episodes.get(episode.episode_id, (-1, -1))
                    owner = self.title_ids[of] if of >= 0 else name
                    owner = owners.setdefault(episode.episode_id, owner)
                    check_owner(episode.episode_id, title=name, owner=owner)
            self._write(changes, now=now)
            return self._version

    def take(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add titles of a source, or what it says anew; see `CatalogueStore.take`."""
        with self._lock:
            said = {title.title_id: decode_title(encode_title(title)) for title in titles}
            wanted = []
            for name, title in said.items():
                row = self._rows.get(name)
                if row is None:
                    wanted.append(title)
                else:
                    first, held = self._edits[row][0].title, self._edits[row][-1].title
                    before = self._taken.get(name)
                    wanted.append(merged(title, held=held, said=before, first=first))
            version = self.upsert(wanted, now=now)
            self._taken |= said
            return version

    def hide(self, title: TitleId, *, now: Moment) -> bool:
        """Hide a title, keeping its row; False if unknown."""
        with self._lock:
            held = self._held(title)
            if held is not None and not held.hidden:
                self._write({title: msgspec.structs.replace(held, hidden=True)}, now=now)
            return held is not None

    def version(self) -> int:
        """Return the newest version."""
        return self._version

    def snapshot(self) -> Catalogue:
        """Return the newest version as arrays; the same object while the version stands."""
        with self._lock:
            if self._newest.version != self._version:
                self._newest = Catalogue.of(
                    [edits[-1].title for edits in self._edits],
                    version=self._version,
                    episodes=tuple(self.episode_ids),
                )
            return self._newest

    def edits(self, title: TitleId) -> list[Edit]:
        """Return every version that a title had, the newest last; unknown: none."""
        with self._lock:
            row = self._rows.get(title)
            return [] if row is None else list(self._edits[row])

    def _held(self, title: str) -> Title | None:
        row = self._rows.get(title)
        return None if row is None else self._edits[row][-1].title

    def _write(self, changes: Mapping[str, Title], *, now: Moment) -> None:
        if not changes:
            return
        self._version += 1
        for name, title in changes.items():
            row = self._rows.get(name, len(self._edits))
            if row == len(self._edits):
                self.title_ids.append(name)
                self._edits.append([])
                self._rows[name] = row
            self._edits[row].append(Edit(self._version, now, title))
            for episode in title.episodes:
                if episode.episode_id not in self._episodes:
                    self.episode_ids.append(episode.episode_id)
                    self._episodes[episode.episode_id] = (len(self.episode_ids) - 1, row)
