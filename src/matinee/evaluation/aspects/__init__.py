"""What else a list is like: beyond accuracy, one a file, each of the family `aspect`."""

__all__: list[str] = []
