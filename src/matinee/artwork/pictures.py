"""Which pictures a title has, and under which address each is served."""

from __future__ import annotations

from matinee.types import Title

__all__ = ["artwork_file", "artwork_ids", "artwork_url", "generated_id", "title_of_generated"]

_GENERATED = "-g"


def generated_id(title_id: str) -> str:
    """Return the id of a title's generated poster."""
    return f"{title_id}{_GENERATED}"


def title_of_generated(artwork_id: str) -> str | None:
    """Return the title whose generated poster this would be, None if it is not such an id."""
    title_id = artwork_id.removesuffix(_GENERATED)
    return title_id if title_id and title_id != artwork_id else None


def artwork_ids(title: Title) -> tuple[str, ...]:
    """Return a title's poster files in the catalogue's order; without any, the generated poster."""
    held = tuple(a.artwork_id for a in title.artworks if a.kind == "poster" and a.file is not None)
    return held or (generated_id(title.title_id),)


def artwork_file(title: Title, artwork_id: str) -> str | None:
    """Return the file of a picture, relative to the folder of pictures; None: generated."""
    return next((a.file for a in title.artworks if a.artwork_id == artwork_id), None)


def artwork_url(artwork_id: str, file: str | None) -> str:
    """Return the path under which a picture is served: a file's own, or that of the SVG."""
    return f"/art/{file}" if file else f"/art/{artwork_id}.svg"
