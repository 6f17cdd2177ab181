"""From the log to a live bundle: data as of a moment, fitted models, their cards, the gate."""

from matinee.training.alone import sole_training
from matinee.training.as_of import as_of
from matinee.training.gate import Verdict, weigh
from matinee.training.run import Progress, Trained, retrain, train

__all__ = [
    "Progress",
    "Trained",
    "Verdict",
    "as_of",
    "retrain",
    "sole_training",
    "train",
    "weigh",
]
