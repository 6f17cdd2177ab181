"""How good the models are, judged from outside: protocols, metrics, one runner, its report."""

from matinee.evaluation.comparing import Pair, estimates, holm, pairs
from matinee.evaluation.evaluating import evaluate
from matinee.evaluation.foresight import Foresight, foresight, overlaps
from matinee.evaluation.ranking import Estimate, bootstrap, judge, ranked

__all__ = [
    "Estimate",
    "Foresight",
    "Pair",
    "bootstrap",
    "estimates",
    "evaluate",
    "foresight",
    "holm",
    "judge",
    "overlaps",
    "pairs",
    "ranked",
]
