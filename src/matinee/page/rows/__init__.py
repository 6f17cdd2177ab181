"""Row makers, one a file: each offers candidate lines, and the layout chooses among them."""

__all__: list[str] = []
