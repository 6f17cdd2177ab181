"""Who is asked what: one way of cutting data a file, each a part of the family `protocol`."""

__all__: list[str] = []
