"""What proposes: models that score the whole catalogue for a history, one algorithm a file."""

__all__: list[str] = []
