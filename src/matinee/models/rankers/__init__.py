"""What reorders a pool of candidates, one algorithm a file."""

__all__: list[str] = []
