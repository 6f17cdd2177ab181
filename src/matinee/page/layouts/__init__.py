"""Layouts, one a file: each arranges candidate lines into a page."""

__all__: list[str] = []
