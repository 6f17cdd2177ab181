"""Pure functions of a profile's events, and counters that merge: the same in training and live."""

from matinee.features.counters import Counters, DayCounts
from matinee.features.eligible import eligible, unseen
from matinee.features.history import TELLING, fold, fold_one
from matinee.features.rewards import Rewards

__all__ = ["TELLING", "Counters", "DayCounts", "Rewards", "eligible", "fold", "fold_one", "unseen"]
