"""API keys: shown once, hashed at rest in `keys.toml`, each with its scopes."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from matinee.types import Id, Moment

__all__ = ["KEYS_FILE", "SCOPES", "Key", "KeyRing", "Scope", "add_key", "keys", "remove_key"]

KEYS_FILE = "keys.toml"
Scope = Literal["view", "write", "operate"]
SCOPES: tuple[Scope, ...] = ("view", "write", "operate")


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of a key. `hash` is SHA-256, enough for 256 bits that nobody chose."""

    key_id: Id
    name: Id
    scopes: tuple[Scope, ...]
    hash: str
    created: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: tuple[Key, ...] = ()


def keys(home: Path) -> tuple[Key, ...]:
    """Return the keys of an installation, oldest first; none if there is no file.

    Raises:
        ValueError: the file is damaged; names it.
    """
    path = home / KEYS_FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text()), _File).key
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        msg = f"{path} is damaged: {error}; mend it, or remove it and add the keys anew"
        raise ValueError(msg) from None


def add_key(home: Path, name: str, scopes: Sequence[Scope], *, now: Moment) -> str:
    """Make a key and return it: the only time that anybody sees it.

    It comes from the system's generator and not from a seed: whoever can guess it can use it.

    Raises:
        ValueError: no scope, or the name is taken or not made of letters, digits and `._~:-`.
    """
    held = keys(home)
    if any(key.name == name for key in held):
        msg = f"there is a key called {name!r} already; remove it first, or choose another name"
        raise ValueError(msg)
    if not scopes:
        msg = f"a key needs a scope; there are {', '.join(SCOPES)}"
        raise ValueError(msg)
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    said = {"key_id": key_id, "name": name, "scopes": list(dict.fromkeys(scopes))}
    try:
        fresh = msgspec.convert({**said, "hash": _hash(secret), "created": now.iso}, Key)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    _write(home, (*held, fresh))
    return secret


def remove_key(home: Path, name: str) -> bool:
    """Take a key away by its name or id, at once for every worker; False if there is none."""
    held = keys(home)
    left = tuple(key for key in held if name not in (key.name, key.key_id))
    if len(left) == len(held):
        return False
    _write(home, left)
    return True


@dataclass
class KeyRing:
    """The keys as a running server sees them: a change of the file counts from the next request."""

    home: Path | None

    def __post_init__(self) -> None:
        self._version: tuple[int, int, int] | None = None
        self._scopes: dict[str, frozenset[Scope]] = {}

    def __bool__(self) -> bool:
        """Whether there are any keys, so that one must be shown."""
        return bool(self._read())

    def scopes(self, secret: str) -> frozenset[Scope] | None:
        """Return what a key may do, None for no key of ours.

        It is looked up by its hash, so how long that takes says nothing of the key.
        """
        return self._read().get(_hash(secret))

    def _read(self) -> dict[str, frozenset[Scope]]:
        if self.home is None:
            return {}
        try:
            stat = (self.home / KEYS_FILE).stat()
        except FileNotFoundError:
            return {}
        version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if version != self._version:
            self._scopes = {key.hash: frozenset(key.scopes) for key in keys(self.home)}
            self._version = version
        return self._scopes


def _hash(secret: str) -> str:
    return "sha256:" + sha256(secret.encode()).hexdigest()


def _write(home: Path, held: Sequence[Key]) -> None:
    lines = ["# API keys of this installation; only hashes are kept.", ""]
    for key in held:  # every value is checked to hold neither quotes nor backslashes
        fields = msgspec.to_builtins(key) | {"scopes": list(key.scopes)}
        lines += ["[[key]]", *(f"{name} = {_toml(value)}" for name, value in fields.items()), ""]
    draft = home / f"{KEYS_FILE}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600)
    draft.write_text("\n".join(lines))
    draft.replace(home / KEYS_FILE)


def _toml(value: str | list[str]) -> str:
    return msgspec.json.encode(value).decode()
