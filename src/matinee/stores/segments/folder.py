"""The folder of segment files: written whole or not at all, one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import polars as pl

from matinee.stores.faults import FullError, StoreError, UnavailableError
from matinee.stores.segments.segment import Segment

__all__ = ["SEGMENTS", "DamagedError", "Folder", "GoneError", "Written"]

SEGMENTS = "segments"
"""What the folder is called in a data folder."""

_GROUP_ROWS = 16_384  # decoded at least to read one profile: 1 ms
_LOCK, _PART = "lock", ".part"
_READ = 1 << 20


class Written(NamedTuple):
    """A file that is on the disk, and named by no manifest yet."""

    name: str
    bytes: int
    digest: str


class DamagedError(UnavailableError, ValueError):
    """A segment's file is not what was written."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the file, what is wrong with it and what would mend it."""
        super().__init__(
            f"the segment {path} {why}; put the file back from a backup, or restore the last"
            " export; what was imported can also be imported again into a new data folder"
        )


class GoneError(DamagedError):
    """A segment's file is not there: it was replaced meanwhile, or it is lost."""

    def __init__(self, path: Path) -> None:
        """Say it as it is if the manifest still names the file."""
        super().__init__(path, "is missing")
        self.name = path.name


class Folder:
    """Segment files. What no manifest names is of a write that was cut short, and swept away."""

    def __init__(self, path: Path) -> None:
        """Take a folder that may not be there yet; its parent is."""
        self.path = path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let no one else write, in any thread or process, until the block ends.

        Whoever also writes to the database takes this turn first.
        """
        self.path.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def sweep(self, named: Collection[str]) -> None:
        """Remove files that no manifest names; in one's turn only."""
        for file in self.path.iterdir():
            if file.name not in named and file.name != _LOCK:
                file.unlink()

    def write(self, frame: pl.DataFrame, *, stem: str) -> Written:
        """Write a frame durably under a name that starts with `stem`; in one's turn only.

        Raises:
            StoreError: the disk is full or fails; no file stays.
        """
        part = self.path / f"{stem}{_PART}"
        try:
            return self._written(frame, part, stem)
        except (pl.exceptions.PolarsError, OSError) as error:
            part.unlink(missing_ok=True)
            raise _fault(error, part) from error

    def _written(self, frame: pl.DataFrame, part: Path, stem: str) -> Written:
        frame.write_parquet(
            part, compression="zstd", compression_level=1, row_group_size=_GROUP_ROWS
        )
        part.chmod(0o600)
        digest = _digest(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
            size = file.seek(0, os.SEEK_END)
        name = f"{stem}-{digest[:8]}.parquet"
        part.rename(self.path / name)
        _sync(self.path)
        return Written(name, size, digest)

    def remove(self, names: Collection[str]) -> None:
        """Unlink files that no manifest names any more; who reads them reads on."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)
        if names:
            _sync(self.path)

    def read(
        self,
        segment: Segment,
        columns: Sequence[str] | pl.Expr | None = None,
        *,
        start: int = 0,
        count: int | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Return rows of a segment, all columns if none are named; of these where it holds.

        Raises:
            GoneError: its file is missing.
            DamagedError: its file cannot be read.
        """
        path = self.path / segment.name
        try:
            lazy = pl.scan_parquet(path, glob=False).slice(start, count)
            lazy = lazy if where is None else lazy.filter(where)
            frame = (lazy if columns is None else lazy.select(columns)).collect()
        except FileNotFoundError:
            raise GoneError(path) from None
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise DamagedError(path, f"cannot be read: {error}") from error
        wanted = segment.rows - start if count is None else min(count, segment.rows - start)
        if where is None and frame.height != wanted:
            raise DamagedError(path, f"has {frame.height} rows where {wanted} should be")
        return frame

    def verify(self, segment: Segment) -> None:
        """Compare a segment's file with its digest.

        Raises:
            GoneError: its file is missing.
            DamagedError: its file is not what was written.
        """
        path = self.path / segment.name
        try:
            digest = _digest(path)
        except FileNotFoundError:
            raise GoneError(path) from None
        if digest != segment.digest:
            raise DamagedError(path, "is damaged: its digest is not the one written down")


def _fault(error: Exception, path: Path) -> StoreError:
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
        return FullError(f"{path}: {error}; make room on the disk, then try again")
    return UnavailableError(f"{path}: {error}; see whether the disk is writable and not failing")


def _digest(path: Path) -> str:
    whole = blake2b(digest_size=32)
    with path.open("rb") as file:
        while part := file.read(_READ):
            whole.update(part)
    return whole.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
