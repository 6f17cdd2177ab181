"""Policies that choose a picture of a title for a viewer, one a file: `default.py` is the part `default`."""

__all__: list[str] = []
