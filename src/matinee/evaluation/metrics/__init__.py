"""How good one list is: one number, one metric a file, each a part of the family `metric`."""

__all__: list[str] = []
