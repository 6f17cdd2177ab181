"""Pure functions of a profile's events, and counters that merge: the same in training and live."""

from matinee.features.attribution import Credits, Tiles, credit
from matinee.features.counters import COUNTED, EVERY, Counters, DayCounts
from matinee.features.derived import Derived, derive
from matinee.features.eligible import eligible, unseen
from matinee.features.growing import Growing
from matinee.features.history import TELLING, TOLD, fold, fold_one
from matinee.features.recorded import recorded
from matinee.features.rewards import Rewards
from matinee.features.sessions import Habits, Sessions, habits, sessions

__all__ = [
    "COUNTED",
    "EVERY",
    "TELLING",
    "TOLD",
    "Counters",
    "Credits",
    "DayCounts",
    "Derived",
    "Growing",
    "Habits",
    "Rewards",
    "Sessions",
    "Tiles",
    "credit",
    "derive",
    "eligible",
    "fold",
    "fold_one",
    "habits",
    "recorded",
    "sessions",
    "unseen",
]
