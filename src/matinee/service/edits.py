"""What became of a title over time: each version that it had, and which fields changed in it."""

from __future__ import annotations

import msgspec

from matinee.service.queries import ListQuery
from matinee.service.sights import unknown_title
from matinee.service.titles import cursor_at, cursor_place
from matinee.service.views import ChangeView, EditsView, EditView
from matinee.stores import CatalogueStore, Edit
from matinee.types import Title, TitleId

__all__ = ["title_edits"]


def title_edits(catalogue: CatalogueStore, title_id: TitleId, query: ListQuery) -> EditsView:
    """List every version of a title, the oldest first; hidden titles have theirs too.

    Raises:
        UnknownError: there is none of that id.
        RefusedError: the cursor is not one that this list gave.
    """
    edits = catalogue.edits(title_id)
    if not edits:
        raise unknown_title(title_id)
    start = cursor_place(query.cursor, most=len(edits))
    stop = min(start + query.limit, len(edits))
    return EditsView(
        title_id=title_id,
        edits=[
            _edit(edits[place], edits[place - 1].title if place else None)
            for place in range(start, stop)
        ],
        next=cursor_at(stop) if stop < len(edits) else None,
    )


def _edit(edit: Edit, before: Title | None) -> EditView:
    return EditView(
        version=edit.version,
        at=edit.at,
        created=before is None,
        changes=[
            ChangeView(
                field=field.name,
                before=None if before is None else getattr(before, field.name),
                after=getattr(edit.title, field.name),
            )
            for field in msgspec.structs.fields(Title)
            if getattr(edit.title, field.name)
            != (field.default if before is None else getattr(before, field.name))
        ],
    )
