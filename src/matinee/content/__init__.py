"""What a title is made of, computed when it enters: the ground for titles that nobody met yet."""

from matinee.content.facets import Facets

__all__ = ["Facets"]
