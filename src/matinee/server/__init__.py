"""HTTP only: the API (`app`), its reference, the viewers' site, and what runs it (`serving`)."""

__all__: list[str] = []
