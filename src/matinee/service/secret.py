"""The installation's own secret: made once, readable by its owner only."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

__all__ = ["SIGNING_FILE", "signing_key"]

SIGNING_FILE = "secret.key"
_BYTES = 32


def signing_key(home: Path) -> bytes:
    """Return the 32 bytes that sign tokens, making `secret.key` if there is none yet.

    It comes from the system's generator and not from a seed: whoever can guess it can forge.

    Raises:
        ValueError: the file is not one that this function wrote.
    """
    path = home / SIGNING_FILE
    if not path.exists():
        draft = home / f"{SIGNING_FILE}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(_BYTES) + "\n")
        with suppress(FileExistsError):  # another process was first: its secret counts
            path.hardlink_to(draft)
        draft.unlink()
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        msg = f"{path} is damaged: it must hold {2 * _BYTES} hexadecimal digits; remove it, and "
        raise ValueError(msg + "a new one is made (tokens given so far are then refused)")
    return key
