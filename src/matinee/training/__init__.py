"""From the log to a live bundle: data of a moment, labels, fitted models, their cards, the gate."""

from matinee.training.alone import sole_training
from matinee.training.as_of import as_of
from matinee.training.delayed import Delayed, FittedDelayed
from matinee.training.gate import Verdict, weigh
from matinee.training.hindsight import AtAge, hindsight
from matinee.training.labels import Labelled, labelled
from matinee.training.run import Progress, Trained, retrain, train

__all__ = [
    "AtAge",
    "Delayed",
    "FittedDelayed",
    "Labelled",
    "Progress",
    "Trained",
    "Verdict",
    "as_of",
    "hindsight",
    "labelled",
    "retrain",
    "sole_training",
    "train",
    "weigh",
]
