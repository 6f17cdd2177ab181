"""What every bundle store writes down of a bundle, and how bundles and models are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from matinee.types import BundleId, Moment
from matinee.types.moment import encode_moment

__all__ = [
    "FORMAT",
    "Contents",
    "FileFacts",
    "ModelFacts",
    "body",
    "check_names",
    "created",
    "ids",
    "in_use",
    "is_id",
    "unknown_bundle",
    "unknown_document",
]

FORMAT = 1
"""The layout of bundles; another number is refused."""

_OURS = ("bundle", "created", "files", "format", "models")
_ID = re.compile(r"b-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}", re.ASCII)
_NAMED = 10  # bundles in an error that none of that name is there
_NAME = r"[a-z][a-z0-9_]{0,63}"
_ModelName = Annotated[str, msgspec.Meta(pattern=rf"^{_NAME}\Z")]
_FileName = Annotated[str, msgspec.Meta(pattern=rf"^{_NAME}\.(safetensors|json|md)\Z")]


class ModelFacts(msgspec.Struct, frozen=True):
    """Which registered part's model it is."""

    family: str
    part: str


class FileFacts(msgspec.Struct, frozen=True):
    """What a file is checked by before it is read."""

    size: int
    sha256: str


class Contents(msgspec.Struct, frozen=True):
    """What a manifest must say for its models to be loaded; no name can lead out of its folder."""

    models: dict[_ModelName, ModelFacts]
    files: dict[_FileName, FileFacts]

    def __post_init__(self) -> None:
        """Refuse models whose files would not be checked."""
        for name in self.models:
            for file in (f"{name}.safetensors", f"{name}.json"):
                if file not in self.files:
                    msg = f"it has no file {file!r} for its model {name!r}"
                    raise ValueError(msg)


def check_names(
    models: Mapping[str, Any], about: Mapping[str, Any], documents: Mapping[str, str]
) -> None:
    """Refuse names that cannot be file names, and words that the manifest uses itself.

    Raises:
        ValueError: there is one; names it.
    """
    for name in models:
        if not re.fullmatch(_NAME, name, re.ASCII):
            msg = f"no model can be called {name!r}; use a to z, 0 to 9 and _, up to 64 of them"
            raise ValueError(msg)
    for name in documents:
        if not re.fullmatch(rf"{_NAME}\.md", name, re.ASCII):
            msg = f"no document can be called {name!r}; use a to z, 0 to 9 and _, and end in .md"
            raise ValueError(msg)
    for word in about:
        if word in _OURS:
            msg = f"the manifest says {word!r} itself; call it something else in `about`"
            raise ValueError(msg)


def body(
    models: Mapping[str, ModelFacts],
    files: Mapping[str, FileFacts],
    *,
    now: Moment,
    about: Mapping[str, Any],
) -> bytes:
    """Return the manifest as JSON; it does not hold the bundle's id, which depends on it."""
    said = {"format": FORMAT, "created": now, **about, "models": models, "files": files}
    return msgspec.json.format(msgspec.json.encode(said, enc_hook=encode_moment), indent=1)


def ids(manifest: bytes, *, now: Moment) -> Iterator[BundleId]:
    """Yield names for a bundle: its second, and four digits of what it holds, until one is free."""
    digits = sha256(manifest).hexdigest()
    for start in range(0, len(digits), 4):
        yield BundleId(f"b-{now.datetime:%Y%m%d-%H%M%S}-{digits[start : start + 4]}")


def created(bundle: BundleId, manifest: Mapping[str, Any]) -> Moment:
    """Return when a bundle was made: to the second by its name, to the ms by its manifest."""
    try:
        return Moment.parse(manifest["created"])
    except (KeyError, TypeError, ValueError):
        return Moment.of(datetime.strptime(bundle[2:17], "%Y%m%d-%H%M%S").replace(tzinfo=UTC))


def is_id(name: str) -> bool:
    """Whether a name has the form of a bundle's; nothing else is ever looked up in a folder."""
    return _ID.fullmatch(name) is not None


def in_use(bundle: str) -> ValueError:
    """Return the error for a bundle that cannot be removed because it is live."""
    return ValueError(f"bundle {bundle!r} is live; promote another one first")


def unknown_bundle(bundle: str, there: Iterable[str]) -> LookupError:
    """Return the error for a bundle that is not among those there are; names the newest ones."""
    known = sorted(there)
    if not known:
        return LookupError(f"no bundle {bundle!r}, nor any other; train to make one")
    older = f" and {len(known) - _NAMED} older ones" if len(known) > _NAMED else ""
    return LookupError(f"no bundle {bundle!r}; there are {', '.join(known[-_NAMED:])}{older}")


def unknown_document(bundle: str, name: str) -> LookupError:
    """Return the error for a text that a bundle does not have."""
    return LookupError(f"bundle {bundle} has no document {name!r}; newer ones have model cards")
