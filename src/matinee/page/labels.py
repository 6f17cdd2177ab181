"""What rows are called: genres as a heading reads well, whatever the catalogue calls them."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["genre_label"]

_LABELS = MappingProxyType(
    {
        "Biography": "Biographies",
        "Children": "For children",
        "Comedy": "Comedies",
        "Documentary": "Documentaries",
        "Drama": "Dramas",
        "Film-Noir": "Film noir",
        "Musical": "Musicals",
        "Mystery": "Mysteries",
        "Reality-TV": "Reality",
        "Romance": "Romances",
        "Science Fiction": "Science fiction",
        "Short": "Short films",
        "Sport": "Sports",
        "Thriller": "Thrillers",
        "Western": "Westerns",
    }
)
"""Different for different genres: a catalogue may have both "Children" and "Children's"."""


def genre_label(name: str) -> str:
    """Return a genre's name as the heading of a row; the name itself where no better is known."""
    return _LABELS.get(name, name)
