"""What all lists together make of the catalogue: one number a file, of the family `spread`."""

__all__: list[str] = []
