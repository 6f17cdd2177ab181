"""When events have been in a log long enough to be kept for scans only."""

from __future__ import annotations

from matinee.stores.judging import SEEN_DAYS

__all__ = ["hot_enough"]


def hot_enough(hot_days: int) -> int:
    """Return for how many days events stay where single ones are looked up fastest.

    Raises:
        ValueError: not longer than an event may come again.
    """
    if hot_days <= SEEN_DAYS:
        msg = f"cannot keep events hot for {hot_days} days; keep them for {SEEN_DAYS + 1} or more"
        raise ValueError(msg)
    return hot_days
