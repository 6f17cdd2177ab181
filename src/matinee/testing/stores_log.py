"""What every event log keeps: what was acknowledged, once, in an order that never changes."""

from __future__ import annotations

from matinee.testing.stores_log_blocks import EventLogBlocks
from matinee.testing.stores_log_order import EventLogOrder
from matinee.testing.stores_log_rules import EventLogRules

__all__ = ["EventLogContract"]


class EventLogContract(EventLogRules, EventLogOrder, EventLogBlocks):
    """Override the fixture `stores` with empty stores whose log is to be tested."""
