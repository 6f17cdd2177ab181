"""Time as the whole system keeps it: integer milliseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "MINUTE_MS",
    "SECOND_MS",
    "Moment",
    "decode_moment",
    "encode_moment",
]

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EARLIEST = -62_135_596_800_000  # 0001-01-01T00:00:00Z
_LATEST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z


class Moment(int):
    """An instant, in epoch milliseconds UTC; an `int`, so it goes into int64 arrays as it is."""

    __slots__ = ()

    @classmethod
    def of(cls, when: datetime) -> Moment:
        """Return the moment of an aware datetime.

        Raises:
            ValueError: `when` carries no time zone, or is in UTC outside the years 1 to 9999.
        """
        if when.tzinfo is None:
            msg = f"the time {when.isoformat()} has no zone; write it with Z or an offset"
            raise ValueError(msg)
        return cls._within(round(when.timestamp() * 1000))

    @classmethod
    def parse(cls, value: str | int) -> Moment:
        """Read RFC 3339 text or epoch milliseconds.

        Raises:
            ValueError: neither, or outside the years 1 to 9999.
        """
        if isinstance(value, str):
            return cls.of(datetime.fromisoformat(value))
        return cls._within(value)

    @classmethod
    def _within(cls, value: int) -> Moment:
        if not _EARLIEST <= value <= _LATEST:
            msg = f"the time {value} is not epoch milliseconds between the years 1 and 9999"
            raise ValueError(msg)
        return cls(value)

    @property
    def datetime(self) -> datetime:
        """The same instant as an aware datetime in UTC."""
        return datetime.fromtimestamp(self / 1000, tz=UTC)

    @property
    def iso(self) -> str:
        """RFC 3339 in UTC with `Z`; milliseconds only where there are any."""
        spec = "milliseconds" if self % 1000 else "seconds"
        return self.datetime.isoformat(timespec=spec).replace("+00:00", "Z")


def decode_moment(kind: type, value: Any) -> Any:  # noqa: ANN401  (msgspec's hook signature)
    """Build a `Moment` from JSON; the `dec_hook` of every decoder that meets one."""
    if kind is Moment and isinstance(value, str | int) and not isinstance(value, bool):
        return Moment.parse(value)
    msg = f"expected a time (RFC 3339 text or epoch milliseconds), got {value!r}"
    raise ValueError(msg)


def encode_moment(value: Any) -> Any:  # noqa: ANN401  (msgspec's hook signature)
    """Write a `Moment` as RFC 3339; the `enc_hook` of every encoder that meets one."""
    if isinstance(value, Moment):
        return value.iso
    msg = f"cannot write a {type(value).__name__} as JSON"
    raise TypeError(msg)
