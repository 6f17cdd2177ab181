"""What was shown and taken, read from the log now and then: most events are impressions."""

from __future__ import annotations

from matinee.features import EVERY, Counters
from matinee.features.takes import ENDING, PIECE_MS, SHOWING, TOLD_OF_ENDS
from matinee.stores import EventLog
from matinee.types import Offset

__all__ = ["met"]

_AT_ONCE = 1 << 20  # offsets looked at together: bounds memory


def met(log: EventLog, counters: Counters, *, after: Offset, upto: Offset, titles: int) -> Counters:
    """Count what was shown and taken up to the last whole `EVERY` offsets before a place.

    `after` is the place up to which it was counted so before.
    """
    start, end = after // EVERY * EVERY, upto // EVERY * EVERY
    for place in range(start, end, _AT_ONCE):
        stop = min(place + _AT_ONCE, end)
        shown = log.about(place, stop, kinds=SHOWING, each_ms=PIECE_MS)
        counters = counters.shown(shown, titles)
    more = start < end
    while more and start < end:
        tail = log.tail(start, kinds=ENDING, columns=TOLD_OF_ENDS)
        counters = counters.ended(tail.signals.take(tail.signals.offsets <= end), titles)
        start, more = tail.next, tail.more
    return counters
