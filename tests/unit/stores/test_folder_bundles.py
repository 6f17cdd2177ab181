"""A damaged bundle is never half loaded: the error names the file and what to do."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load_file

from matinee.stores.folder import FolderBundles
from matinee.stores.folder.tensors import map_arrays, write_arrays
from matinee.testing.stores_bundles import FittedKeepsake, Keepsake
from matinee.testing.stores_samples import NOW
from matinee.types import BundleId

KINDS = ["?", "u1", "i1", "u2", "i2", "f2", "u4", "i4", "f4", "u8", "i8", "f8"]


@pytest.fixture
def bundles(tmp_path: Path) -> FolderBundles:
    return FolderBundles(tmp_path / "bundles")


@pytest.fixture
def bundle(bundles: FolderBundles) -> BundleId:
    keepsake = ("source", "keepsake_of_the_bundle_contract", Keepsake().fit(1))
    return bundles.save({"source": keepsake}, now=NOW, about={})


@given(
    arrays=st.dictionaries(
        st.text(min_size=1, max_size=4),
        st.sampled_from(KINDS).flatmap(
            lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
        ),
        max_size=4,
    )
)
def test_arrays_come_back_as_the_format_s_own_library_reads_them(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray[Any, Any]]
) -> None:
    arrays.pop("__metadata__", None)
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    write_arrays(path, arrays)
    ours, theirs = map_arrays(path), load_file(path)
    assert ours.keys() == theirs.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (ours[name].dtype, ours[name].shape) == (array.dtype, array.shape)
        assert ours[name].tobytes() == theirs[name].tobytes() == array.tobytes()
        assert not ours[name].flags.writeable


def test_arrays_are_mapped_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    write_arrays(path, {"big": np.zeros((1000, 1000), np.float32)})
    base: Any = map_arrays(path)["big"]
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert isinstance(base, np.memmap)


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([1j]), np.array([None])])
def test_elements_that_are_no_numbers_are_refused_by_name(
    tmp_path: Path, array: np.ndarray[Any, Any]
) -> None:
    with pytest.raises(TypeError, match="cannot keep words"):
        write_arrays(tmp_path / "x", {"words": array})


def header(data: bytes, **change: object) -> bytes:
    """Return a tensors file whose entry `a` says something else."""
    length = int.from_bytes(data[:8], "little")
    said = json.loads(data[8 : 8 + length])
    said["a"] |= change
    fresh = json.dumps(said).encode()
    return len(fresh).to_bytes(8, "little") + fresh + data[8 + length :]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[:-1], "bytes long"),
        (lambda data: data + b"\0", "bytes long"),
        (lambda data: b"", "empty"),
        (lambda data: data[:5], "unpack_from"),
        (lambda data: (2**60).to_bytes(8, "little") + data[8:], "header should be"),
        (lambda data: data[:9] + b"\xff" + data[10:], "."),
        (lambda data: header(data, dtype="Q7"), "unknown kind"),
        (lambda data: header(data, shape=[3]), "does not fit"),
        (lambda data: header(data, shape=[-2, -1]), "does not fit"),
        (lambda data: header(data, data_offsets=[0, 4]), "does not fit"),
        (lambda data: header(data, data_offsets=[8, 16]), "does not fit"),
        (lambda data: header(data, data_offsets=[-8, 0]), "does not fit"),
        (lambda data: header(data, dtype=5), "dtype"),
    ],
)
def test_a_damaged_tensors_file_is_named_with_the_remedy(
    tmp_path: Path, damage: Any, says: str
) -> None:
    path = tmp_path / "x.safetensors"
    write_arrays(path, {"a": np.array([1, 2], np.float32)})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"x\.safetensors: .*{says}.*train again"):
        map_arrays(path)


def test_a_file_may_hold_no_arrays_and_the_library_s_own_remarks(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    said = b'{"__metadata__":{"format":"np"}}'
    path.write_bytes(len(said).to_bytes(8, "little") + said)
    assert map_arrays(path) == {}


@pytest.mark.parametrize("name", ["source.safetensors", "source.json"])
def test_a_flipped_bit_a_lost_end_and_a_missing_file_are_found(
    bundles: FolderBundles, bundle: BundleId, name: str
) -> None:
    path = bundles.folder / bundle / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    with pytest.raises(ValueError, match=rf"{name} is damaged.*train again"):
        bundles.load(bundle)
    path.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match=rf"{name} has \d+ bytes, not \d+.*train again"):
        bundles.load(bundle)
    path.unlink()
    with pytest.raises(ValueError, match=rf"{name} cannot be read.*train again"):
        bundles.load(bundle)
    path.write_bytes(whole)
    assert isinstance(bundles.load(bundle)["source"], FittedKeepsake)


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (b"", "manifest.json"),
        (b"[]", "manifest.json"),
        (b"{}", "format None"),
        (b'{"format": 2}', "format 2, this Matinee reads 1"),
        (b'{"format": 1}', "models"),
        (b'{"format": 1, "files": {"../x": {"size": 1, "sha256": ""}}, "models": {}}', "files"),
        (b'{"format": 1, "files": {}, "models": {"../x": {}}}', "models"),
        (b'{"format": 1, "files": {}, "models": {"x": {"family": "source"}}}', "models"),
        (b'{"format": 1, "files": {}, "models": {"x": {"family": "a", "part": "b"}}}', "no file"),
    ],
)
def test_a_manifest_that_is_damaged_or_of_another_format_is_refused(
    bundles: FolderBundles, bundle: BundleId, manifest: bytes, says: str
) -> None:
    (bundles.folder / bundle / "manifest.json").write_bytes(manifest)
    with pytest.raises(ValueError, match=f"{says}.*train again"):
        bundles.load(bundle)
    assert bundles.all() == [bundle]


def test_a_model_of_another_shape_is_refused_by_file(
    bundles: FolderBundles, bundle: BundleId
) -> None:
    folder = bundles.folder / bundle
    tree = (folder / "source.json").read_bytes().replace(b'"words"', b'"terms"')
    (folder / "source.json").write_bytes(tree)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["source.json"] = {"size": len(tree), "sha256": sha256(tree).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match=r"source\.json: .*terms.*train again"):
        bundles.load(bundle)


def test_what_a_writer_left_that_died_is_no_bundle_and_is_cleared(
    bundles: FolderBundles, bundle: BundleId
) -> None:
    left = bundles.folder / ".writing-abc"
    left.mkdir()
    (left / "source.safetensors").write_bytes(b"half")
    assert bundles.all() == [bundle]
    bundles.promote(bundle)
    assert not left.exists()
    assert bundles.live() == bundle


def test_a_bundle_holds_no_file_that_runs_anything(
    bundles: FolderBundles, bundle: BundleId
) -> None:
    names = sorted(path.name for path in (bundles.folder / bundle).iterdir())
    assert names == ["manifest.json", "source.json", "source.safetensors"]
    assert all(not os.access(bundles.folder / bundle / name, os.X_OK) for name in names)
