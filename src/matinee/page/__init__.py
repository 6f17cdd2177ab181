"""How a page is made: row makers, layouts, and the evidence for what they show."""

__all__: list[str] = []
