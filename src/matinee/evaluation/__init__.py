"""How good the models are, judged from outside: metrics, full rankings and their intervals."""

from matinee.evaluation.ranking import Estimate, bootstrap, judge, ranked

__all__ = ["Estimate", "bootstrap", "judge", "ranked"]
