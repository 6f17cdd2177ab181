"""What recommends: recipes with settings, and the frozen models that they fit."""

from matinee.models.interactions import Strength, folded, interactions
from matinee.models.ranking import best
from matinee.models.settings import TrainSettings, described, named, recipe

__all__ = [
    "Strength",
    "TrainSettings",
    "best",
    "described",
    "folded",
    "interactions",
    "named",
    "recipe",
]
