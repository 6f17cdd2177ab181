"""Matinee: a home page of one's own for every viewer of a film and series catalogue."""

__version__ = "0.1.0"
__all__ = ["__version__"]
