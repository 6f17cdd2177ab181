"""Files as they are handed round: plain, gzipped, or in a zip archive, read where they lie."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast
from zipfile import BadZipFile, ZipFile, is_zipfile

from matinee.data.readers._batch import Refusal

__all__ = ["DAMAGED", "DataFile", "all_lines", "files_at", "only_file", "text_lines"]

_GZIP, _ZIP = ".gz", ".zip"
DAMAGED = (OSError, EOFError, zlib.error, BadZipFile)
"""What reading compressed data raises where they are broken."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file on disk, gzipped or not, or a member of a zip archive."""

    path: Path
    member: str = ""
    """The member's name in the archive; empty: the path is the file."""

    @property
    def name(self) -> str:
        """The file's own name, without folders and without `.gz`."""
        return PurePosixPath(self.member or self.path.name.removesuffix(_GZIP)).name

    @property
    def ending(self) -> str:
        """The ending of the name in small letters: ".csv"."""
        return PurePosixPath(self.name).suffix.lower()

    def open(self) -> IO[bytes]:
        """Open it for reading; what comes out is no longer compressed.

        Raises:
            ValueError: the archive cannot be opened: it is damaged or needs a password.
        """
        if not self.member:
            gzipped = self.path.name.endswith(_GZIP)
            return cast("IO[bytes]", gzip.open(self.path)) if gzipped else self.path.open("rb")
        try:
            with ZipFile(self.path) as archive:  # the member keeps the file open until it is closed
                return archive.open(self.member)
        except (BadZipFile, NotImplementedError, RuntimeError) as error:
            msg = f"{self.path} cannot be opened: {error}; unpack it and name the folder"
            raise ValueError(msg) from error

    def read(self) -> bytes:
        """Return the whole content.

        Raises:
            ValueError: it is damaged.
        """
        try:
            with self.open() as file:
                return file.read()
        except DAMAGED as error:
            msg = f"{self.path} is damaged: {error}; get it again"
            raise ValueError(msg) from error


def files_at(path: Path) -> Mapping[str, DataFile]:
    """Return the files of a folder (not of folders in it) or zip archive, or the file itself.

    The keys are names without folders and without `.gz`; of two that are alike, the one nearest
    to the top counts. Nothing there, or a damaged archive: none.
    """
    if path.is_dir():
        found = [DataFile(each) for each in sorted(path.iterdir()) if each.is_file()]
    elif not path.is_file():
        found = []
    elif path.suffix.lower() == _ZIP and is_zipfile(path):
        with ZipFile(path) as archive:
            members = [m.filename for m in archive.infolist() if not m.is_dir()]
        kept = [name for name in members if not name.startswith("__MACOSX/")]
        kept.sort(key=lambda name: (name.count("/"), name))
        found = [DataFile(path, name) for name in kept]
    else:
        found = [DataFile(path)]
    named: dict[str, DataFile] = {}
    for file in found:
        named.setdefault(file.name, file)
    return named


def only_file(path: Path, endings: tuple[str, ...]) -> DataFile | None:
    """Return the path's one file with such an ending, where it is no folder; else None."""
    if path.is_dir():
        return None
    fitting = [file for file in files_at(path).values() if file.ending in endings]
    return fitting[0] if len(fitting) == 1 else None


def all_lines(file: DataFile) -> Iterator[tuple[int, bytes] | Refusal]:
    """Yield (number from 1, content) of every line, line ends taken off.

    Where compressed data break off, what was read before stands and a refusal comes last.
    """
    number = 0
    try:
        with file.open() as lines:
            for number, line in enumerate(lines, start=1):
                yield number, line.rstrip(b"\r\n")
    except (*DAMAGED, ValueError) as error:
        yield Refusal(file.name, number + 1, f"the file breaks off here: {error}")


def text_lines(file: DataFile) -> Iterator[tuple[int, bytes] | Refusal]:
    """Yield the same without blank lines."""
    for line in all_lines(file):
        if isinstance(line, Refusal) or line[1].strip():
            yield line
