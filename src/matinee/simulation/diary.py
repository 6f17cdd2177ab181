"""A viewer's events in the order in which they happen, with ids that a seed decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from matinee.types import Device, Event, Moment

__all__ = ["Diary"]

_NAMESPACE = UUID("b3a1c1d0-51f4-4c0b-9b6e-2f6f6f9f6d11")


class Diary:
    """Writes one profile's sessions. Its clock runs forward only; `at` is its time in epoch ms."""

    def __init__(self, profile_id: str, *, seed: int, tz_offset_min: int) -> None:
        self.events: list[Event] = []
        self.at = 0
        self._profile = profile_id
        self._seed = seed
        self._tz = tz_offset_min
        self._session = -1
        self._device: Device = "tv"

    def open(self, at: int, device: Device) -> None:
        """Begin the next session, not before `at` and not within a minute of the one before."""
        self._session += 1
        self._device = device
        self.at = max(at, self.at + 60_000) if self.events else at

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.at += max(1, round(seconds * 1000))

    def note(self, kind: type[Any], *, after: float, title: str | None = None, **said: Any) -> None:  # noqa: ANN401  (the kind's own fields)
        """Write an event of a kind, `after` seconds after the last one."""
        self.wait(after)
        session = f"demo-{self._profile}-{self._session}"
        self.events.append(
            kind(
                event_id=str(uuid5(_NAMESPACE, f"{self._seed}\0{session}\0{len(self.events)}")),
                profile_id=self._profile,
                title_id=title,
                at=Moment(self.at),
                session_id=session,
                device=self._device,
                tz_offset_min=self._tz,
                **said,
            )
        )
