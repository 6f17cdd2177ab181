"""What all views share."""

from __future__ import annotations

import msgspec

__all__ = ["View"]


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Settings that all views share."""
