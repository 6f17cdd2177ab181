"""Pictures by their address: files of the installation, and posters drawn from titles."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matinee.artwork import artwork_file, artwork_ids, artwork_url, poster, title_of_generated
from matinee.data import Catalogue
from matinee.service.views import ArtworkView
from matinee.types import Title

__all__ = ["ART", "Gallery", "Picture"]

ART = "art"
"""The folder of picture files inside an installation's."""
_MOST_BYTES = 20 * 2**20
_drawn = lru_cache(maxsize=2048)(poster)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes and what they are."""

    body: bytes
    media_type: str


class Gallery:
    """The pictures of one catalogue snapshot."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Number the pictures that titles name."""
        self.catalogue = catalogue
        self.first = tuple(artwork_ids(title)[0] for title in catalogue.titles)
        """By title row, the picture that stands for it."""
        self._owners = {
            artwork.artwork_id: row
            for row, title in enumerate(catalogue.titles)
            for artwork in title.artworks
        }
        self._views: dict[str, ArtworkView] = {}

    def view(self, artwork_id: str, title: Title) -> ArtworkView:
        """Return a title's picture with its address."""
        view = self._views.get(artwork_id)
        if view is None:
            url = artwork_url(artwork_id, artwork_file(title, artwork_id))
            view = self._views[artwork_id] = ArtworkView(artwork_id=artwork_id, url=url)
        return view

    def picture(self, folder: Path | None, name: str) -> Picture | None:
        """Return what lies at `/art/` + name; None: nothing, or a hidden title's."""
        found = None if folder is None else _file(folder, name)
        if found is not None or not name.endswith(".svg"):
            return found
        title = self._title(name.removesuffix(".svg"))
        return None if title is None else Picture(_drawn(title), "image/svg+xml")

    def _title(self, artwork_id: str) -> Title | None:
        row = self._owners.get(artwork_id, -1)
        if row < 0:
            row = self.catalogue.vocabulary.row(title_of_generated(artwork_id) or "")
        if row < 0 or self.catalogue.hidden[row]:
            return None
        return self.catalogue.titles[row]


def _file(folder: Path, name: str) -> Picture | None:
    """Read a picture below the folder, whatever the name tries."""
    media = mimetypes.guess_type(name)[0] or ""
    if not media.startswith("image/") or "\0" in name:
        return None
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        return Picture(path.read_bytes(), media) if path.stat().st_size <= _MOST_BYTES else None
    except OSError:
        return None
