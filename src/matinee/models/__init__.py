"""What recommends: recipes with settings, and the frozen models that they fit."""

from matinee.models.interactions import Strength, folded, interactions

__all__ = ["Strength", "folded", "interactions"]
