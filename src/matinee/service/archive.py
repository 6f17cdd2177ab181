"""An export as a folder or a tar file: what it says of itself, and its bytes, always the same."""

from __future__ import annotations

import hashlib
import os
import tarfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

__all__ = [
    "FORMAT",
    "MANIFEST",
    "Contents",
    "Member",
    "flush",
    "is_tar",
    "members",
    "unpack",
    "write_tar",
]

FORMAT = 1
"""The layout of exports; another number is refused."""
MANIFEST = "export.json"
_BLOCK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_REMEDY = "copy the export again, or make a new one"


class Member(msgspec.Struct, frozen=True, order=True):
    """A file of an export: its path below the data folder, and what it must hold."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        """Refuse paths that lead out of the folder they are restored into."""
        pure = PurePosixPath(self.path)
        plain = str(pure) == self.path and not pure.is_absolute() and ".." not in pure.parts
        if not plain or self.path in (".", MANIFEST) or "\0" in self.path:
            msg = f"{self.path!r} is no path inside a data folder"
            raise ValueError(msg)


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds. It says nothing of when it was made: the same data, the same bytes."""

    format: int
    matinee: str
    """The version that wrote it."""
    secrets: bool
    """Whether the signing secret and the hashed API keys are among the files."""
    files: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(member.size for member in self.files)

    def encode(self) -> bytes:
        """Return the manifest's bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    @classmethod
    def decode(cls, body: bytes, *, where: Path) -> Contents:
        """Read a manifest.

        Raises:
            ValueError: it is damaged, or of another format.
        """
        try:
            said = msgspec.json.decode(body, type=_Format)
            if said.format != FORMAT:
                msg = (
                    f"{where} is an export of format {said.format}, this Matinee reads"
                    f" {FORMAT}; use the Matinee that wrote it ({said.matinee})"
                )
                raise ValueError(msg)
            return msgspec.json.decode(body, type=cls)
        except msgspec.MsgspecError as error:
            msg = f"{where}: its {MANIFEST} is damaged ({error}); {_REMEDY}"
            raise ValueError(msg) from error


class _Format(msgspec.Struct, frozen=True):
    format: int
    matinee: str = "a newer one"


def members(folder: Path) -> tuple[Member, ...]:
    """Return every file below a folder, by path."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as data:
                digest = hashlib.file_digest(data, "sha256").hexdigest()
            path = file.relative_to(folder).as_posix()
            found.append(Member(path, file.stat().st_size, digest))
    return tuple(sorted(found))


def is_tar(path: Path) -> bool:
    """Whether an export of that name is one file, not a folder.

    Raises:
        ValueError: it is named as something that exports are not.
    """
    if path.suffix in (".gz", ".tgz", ".zip", ".zst", ".xz", ".bz2"):
        msg = f"{path} would be compressed; exports are folders, or files that end in .tar"
        raise ValueError(msg)
    return path.suffix == ".tar"


def write_tar(file: Path, contents: Contents, folder: Path) -> None:
    """Write manifest and files as one tar: in order, without times and owners."""
    body = contents.encode()
    with file.open("wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(_entry(MANIFEST, len(body)), BytesIO(body))
            for member in contents.files:
                with (folder / member.path).open("rb") as data:
                    tar.addfile(_entry(member.path, member.size), data)
        out.flush()
        os.fsync(out.fileno())


def unpack(source: Path, target: Path) -> Contents:
    """Copy an export's files into a folder, each compared with what the manifest says of it.

    Raises:
        ValueError: the export is damaged, cut short or holds what it does not name.
    """
    try:
        if source.is_dir():
            return _from_folder(source, target)
        return _from_tar(source, target)
    except (tarfile.TarError, EOFError) as error:
        msg = f"{source} is damaged or cut short ({error}); {_REMEDY}"
        raise ValueError(msg) from error


def flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    said = tarfile.TarInfo(name)
    said.size, said.mode, said.mtime = size, 0o600, 0
    return said


def _from_folder(source: Path, target: Path) -> Contents:
    manifest = source / MANIFEST
    if not manifest.is_file():
        raise _no_export(source)
    contents = Contents.decode(manifest.read_bytes(), where=source)
    named = {member.path for member in contents.files}
    for file in sorted(source.rglob("*")):
        path = file.relative_to(source).as_posix()
        if file.is_file() and path not in named and path != MANIFEST:
            raise _unnamed(source, path)
    for member in contents.files:
        try:
            with (source / member.path).open("rb") as data:
                _copy(source, member, data, target)
        except FileNotFoundError:
            raise _missing(source, member) from None
    return contents


def _from_tar(source: Path, target: Path) -> Contents:
    with tarfile.open(source, mode="r:") as tar:
        first = tar.next()
        body = None if first is None or first.name != MANIFEST else tar.extractfile(first)
        if body is None:
            raise _no_export(source)
        contents = Contents.decode(body.read(), where=source)
        named = {member.path: member for member in contents.files}
        for entry in tar:
            if entry.name == MANIFEST:
                continue
            member = named.pop(entry.name, None)
            data = tar.extractfile(entry) if entry.isreg() else None
            if member is None or data is None:
                raise _unnamed(source, entry.name)
            _copy(source, member, data, target)
    if named:
        raise _missing(source, next(iter(named.values())))
    return contents


def _copy(source: Path, member: Member, data: IO[bytes], target: Path) -> None:
    file = target / member.path
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(file, _NEW, 0o600), "wb") as out:
        while block := data.read(_BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        msg = f"{source}: {member.path} is damaged, its checksum differs; {_REMEDY}"
        raise ValueError(msg)


def _no_export(source: Path) -> ValueError:
    return ValueError(f"{source} is no export: it has no {MANIFEST}; `matinee export` makes one")


def _unnamed(source: Path, path: str) -> ValueError:
    return ValueError(f"{source}: {path} is not named in its {MANIFEST}; {_REMEDY}")


def _missing(source: Path, member: Member) -> ValueError:
    return ValueError(f"{source}: {member.path} is missing; {_REMEDY}")
