"""Bundles as folders of safetensors and JSON files, each written once and renamed into place."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Any

import msgspec

from matinee.data.frozen import fitted_class, pack, unpack
from matinee.stores.folder.tensors import map_arrays, write_arrays
from matinee.stores.manifest import (
    FORMAT,
    Contents,
    FileFacts,
    ModelFacts,
    body,
    check_names,
    created,
    ids,
    in_use,
    is_id,
    unknown_bundle,
    unknown_document,
)
from matinee.stores.promotions import (
    Promotion,
    appended,
    earlier,
    nothing_before,
    parsed,
    written,
)
from matinee.types import BundleId, Moment

__all__ = ["FolderBundles"]

_MANIFEST = "manifest.json"
_LIVE = "live"
_WRITING = ".writing-"
_REMEDY = "train again, or promote another bundle"


class FolderBundles:
    """A `BundleStore` over a folder that several processes may share."""

    def __init__(self, folder: Path) -> None:
        """Use the folder, making it when missing."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(
        self,
        models: Mapping[str, tuple[str, str, Any]],
        *,
        now: Moment,
        about: Mapping[str, Any],
        documents: Mapping[str, str] = MappingProxyType({}),
    ) -> BundleId:
        """Write a bundle, atomically; it is not live until promoted."""
        check_names(models, about, documents)
        with self._alone():
            place = Path(mkdtemp(prefix=_WRITING, dir=self.folder))
            try:
                told: dict[str, ModelFacts] = {}
                for name, (family, part, fitted) in models.items():
                    arrays, tree = pack(fitted)
                    write_arrays(place / f"{name}.safetensors", arrays)
                    (place / f"{name}.json").write_bytes(msgspec.json.encode(tree))
                    told[name] = ModelFacts(family, part)
                for name, text in documents.items():
                    (place / name).write_text(text, encoding="utf-8")
                files = {file.name: _facts(file) for file in sorted(place.iterdir())}
                manifest = body(told, files, now=now, about=about)
                (place / _MANIFEST).write_bytes(manifest)
                for file in place.iterdir():
                    _flush(file)
                _flush(place)
                place.chmod(0o755)  # mkdtemp's folders are for one user only
                bundle = next(name for name in ids(manifest, now=now) if not self._path(name))
                place.rename(self.folder / bundle)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
            _flush(self.folder)
        return bundle

    def load(self, bundle: BundleId) -> dict[str, Any]:
        """Return the fitted models by name; every checksum is compared first."""
        folder = self.folder / bundle
        try:
            contents = msgspec.convert(self.manifest(bundle), Contents)
        except msgspec.ValidationError as error:
            msg = f"{folder / _MANIFEST}: {error}; {_REMEDY}"
            raise ValueError(msg) from error
        for name, facts in contents.files.items():
            _check(folder / name, facts)
        models = {}
        for name, model in contents.models.items():
            arrays = map_arrays(folder / f"{name}.safetensors")
            tree = msgspec.json.decode((folder / f"{name}.json").read_bytes())
            cls = fitted_class(model.family, model.part)
            try:
                models[name] = unpack(cls, arrays, tree)
            except ValueError as error:
                msg = f"{folder / name}.json: {error}; {_REMEDY}"
                raise ValueError(msg) from error
        return models

    def manifest(self, bundle: BundleId) -> dict[str, Any]:
        """Return what `about` said, with files, sizes and checksums."""
        folder = self._path(bundle)
        if folder is None:
            raise unknown_bundle(bundle, self._names())
        file = folder / _MANIFEST
        try:
            said = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.MsgspecError) as error:
            msg = f"{file}: {error}; {_REMEDY}"
            raise ValueError(msg) from error
        if said.get("format") != FORMAT:
            msg = f"{file}: format {said.get('format')!r}, this Matinee reads {FORMAT}; {_REMEDY}"
            raise ValueError(msg)
        return {"bundle": bundle, **said}

    def document(self, bundle: BundleId, name: str) -> str:
        """Return a text that was saved with a bundle."""
        if name not in self.manifest(bundle).get("files", {}) or not name.endswith(".md"):
            raise unknown_document(bundle, name)
        return (self.folder / bundle / name).read_text(encoding="utf-8")

    def promote(self, bundle: BundleId, *, now: Moment | None = None) -> None:
        """Make a bundle the live one, atomically."""
        with self._alone():
            if self._path(bundle) is None:
                raise unknown_bundle(bundle, self._names())
            self._remember(Promotion(bundle=bundle, at=now))

    def rollback(self, *, now: Moment | None = None) -> BundleId:
        """Make the bundle live that was so before the live one."""
        with self._alone():
            bundle = earlier(self.promotions(), lambda one: self._path(one) is not None)
            if bundle is None:
                raise nothing_before(self.live())
            self._remember(Promotion(bundle=bundle, at=now, back=True))
        return bundle

    def promotions(self) -> list[Promotion]:
        """Return which bundles were made live, the live one last."""
        try:
            return parsed((self.folder / _LIVE).read_text())
        except FileNotFoundError:
            return []

    def _remember(self, newest: Promotion) -> None:
        """Write the history anew: its last line is what is live, so both change as one."""
        fresh = self.folder / f"{_WRITING}{_LIVE}"
        fresh.write_text(written(appended(self.promotions(), newest)))
        _flush(fresh)
        fresh.replace(self.folder / _LIVE)
        _flush(self.folder)

    def remove(self, bundle: BundleId) -> None:
        """Delete a bundle that is not the live one; maps of its files stay usable."""
        with self._alone():
            place = self._path(bundle)
            if place is None:
                raise unknown_bundle(bundle, self._names())
            if self.live() == bundle:
                raise in_use(bundle)
            gone = self.folder / f"{_WRITING}gone"
            place.rename(gone)  # at once for whoever lists; cut short, the next writer clears it
            _flush(self.folder)
            shutil.rmtree(gone)

    def live(self) -> BundleId | None:
        """Return the live bundle, from the folder."""
        try:
            lines = (self.folder / _LIVE).read_text().split("\n")
        except FileNotFoundError:
            return None
        newest = next((line for line in reversed(lines) if line.strip()), "")
        return BundleId(newest.partition(" ")[0]) or None

    def all(self) -> list[BundleId]:
        """Return every bundle, oldest first; damaged ones too."""
        return sorted(self._names(), key=lambda name: (self._created(name), name))

    def _names(self) -> list[BundleId]:
        return [BundleId(path.name) for path in self.folder.iterdir() if is_id(path.name)]

    def _created(self, bundle: BundleId) -> Moment:
        try:
            return created(bundle, self.manifest(bundle))
        except (LookupError, ValueError):
            return created(bundle, {})

    def _path(self, bundle: str) -> Path | None:
        """Return the bundle's folder; None if there is none or that is no bundle's name."""
        path = self.folder / bundle
        return path if is_id(bundle) and path.is_dir() else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers out, and clear what a writer that died has left."""
        queue = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(queue, fcntl.LOCK_EX)
            for left in self.folder.glob(f"{_WRITING}*"):
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()
            yield
        finally:
            os.close(queue)


def _facts(file: Path) -> FileFacts:
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return FileFacts(file.stat().st_size, digest)


def _check(file: Path, facts: FileFacts) -> None:
    """Compare a file with what the manifest says.

    Raises:
        ValueError: it is missing, of another size or with other content.
    """
    try:
        size = file.stat().st_size
        if size != facts.size:
            msg = f"{file} has {size} bytes, not {facts.size}; {_REMEDY}"
            raise ValueError(msg)
        if _facts(file) != facts:
            msg = f"{file} is damaged, its checksum differs; {_REMEDY}"
            raise ValueError(msg)
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}; {_REMEDY}"
        raise ValueError(msg) from error


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
