"""Policies that choose a picture of a title, one a file: `default.py` is the part `default`."""

__all__: list[str] = []
