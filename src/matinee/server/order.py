"""What a worker process is told when it starts."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Order"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker shall serve, and where: descriptors that it inherited."""

    home: str
    config: dict[str, Any]
    listener: int
    ready: int = -1
    """Written to once it answers."""
