"""From the log to a live bundle: data as of a moment, fitted models, their manifest."""

from matinee.training.as_of import as_of
from matinee.training.run import Progress, train

__all__ = ["Progress", "as_of", "train"]
