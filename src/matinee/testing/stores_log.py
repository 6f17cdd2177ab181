"""What every event log keeps: what was acknowledged, once, in an order that never changes."""

from __future__ import annotations

from matinee.testing.stores_log_blocks import EventLogBlocks
from matinee.testing.stores_log_order import EventLogOrder
from matinee.testing.stores_log_rules import EventLogRules
from matinee.testing.stores_log_whole import EventLogWhole

__all__ = ["EventLogContract"]


class EventLogContract(EventLogRules, EventLogOrder, EventLogBlocks, EventLogWhole):
    """Override the fixture `stores` with empty stores whose log is to be tested."""
