"""Many callers, one transaction: whoever waits first commits for all who wait with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Generic, TypeVar, cast

__all__ = ["GroupCommit"]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Call(Generic[T, R]):
    item: T
    result: R | None = None
    error: Exception | None = None
    done: bool = False


class GroupCommit(Generic[T, R]):
    """Hands items of concurrent callers to `commit` in groups, one group at a time.

    A caller commits its own group, so a lone caller pays for no hand-over to another thread,
    and a process that dies leaves no thread behind.
    """

    def __init__(self, commit: Callable[[Sequence[T]], Sequence[R]]) -> None:
        """`commit` makes all items durable and returns a result each, or raises and does none."""
        self._commit = commit
        self._turn = Condition()
        self._waiting: list[_Call[T, R]] = []
        self._busy = False

    def __call__(self, item: T) -> R:
        """Return the item's result once it is durable; raise what its own commit raised."""
        call: _Call[T, R] = _Call(item)
        with self._turn:
            self._waiting.append(call)
            while self._busy and not call.done:
                self._turn.wait()
            if not call.done:
                self._busy = True
                group, self._waiting = self._waiting, []
        if not call.done:
            self._lead(group, own=call)
        if call.error is not None:
            raise call.error
        return cast("R", call.result)

    def _lead(self, group: list[_Call[T, R]], *, own: _Call[T, R]) -> None:
        try:
            self._settle(group)
        finally:
            with self._turn:
                # Interrupted: another caller takes the rest; what was committed is a duplicate.
                self._waiting[:0] = [call for call in group if not call.done and call is not own]
                self._busy = False
                self._turn.notify_all()

    def _settle(self, group: list[_Call[T, R]]) -> None:
        try:
            results = self._commit([call.item for call in group])
        except Exception as error:  # noqa: BLE001  (handed to the caller whose item raised it)
            if len(group) > 1:
                for call in group:
                    self._settle([call])
                return
            group[0].error = error
            group[0].done = True
            return
        for call, result in zip(group, results, strict=True):
            call.result = result
            call.done = True
