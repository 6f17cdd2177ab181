"""Why a use case was not done, in words for whoever asked."""

from __future__ import annotations

__all__ = ["ConflictError", "RefusedError", "UnknownError", "UnreadableError"]


class UnknownError(LookupError):
    """Nothing of that name is here, or not for this profile."""


class RefusedError(ValueError):
    """What was asked cannot be done as it was asked; says what would do."""


class ConflictError(ValueError):
    """It contradicts what is here already."""


class UnreadableError(ValueError):
    """What was sent is not in the form it claims, or chooses what there is not to choose."""
