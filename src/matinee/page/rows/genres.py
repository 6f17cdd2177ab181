"""Genres: a line for each genre of this viewer's taste, ranked like everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.page.labels import genre_label
from matinee.page.likes import genre_counts
from matinee.page.sentences import share_of_watched
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import Cause, Flags, History, Index, Line, Reason, Request

__all__ = ["Genres"]

_HEAD = 2048  # titles looked at first: enough for most genres, and quicker than all


@part("row", "genres")
@dataclass(frozen=True)
class Genres:
    """A subset of the shelf for each genre: every title of a line is of its genre.

    value = mean worth of the head + ½ · share of the genre in what was watched.
    """

    most: int = 12
    """Lines offered at most: the viewer's most watched genres, then the catalogue's largest."""
    minimum: int = 8
    """Titles that a line needs."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer a line for each genre that has enough titles."""
        catalogue = shelf.catalogue
        if not len(catalogue.genres):
            return
        history = request.history
        counts = genre_counts(history, history.seen, catalogue)
        watched = int(np.count_nonzero(history.seen))
        offered = 0
        for genre in self._most_liked(history, catalogue):
            name, count = catalogue.genres.name(genre), int(counts[genre])
            unseen = _of_genre(catalogue.has_genre[genre], shelf.fresh, 3 * request.columns)
            if len(unseen) < self.minimum or not _is_genre(name):
                continue
            if offered == self.most:
                return
            offered += 1
            share = count / max(watched, 1)
            if count:
                text = share_of_watched(name, count, watched)
            else:
                text = f"{name}: titles that you have not seen"
            yield Line(
                kind="genres",
                key=f"genres:{name}",
                label=genre_label(name),
                reason=Reason(
                    "facet",
                    text,
                    (Cause("facet", f"genre:{name}", name, round(share, 4), count=count),),
                ),
                titles=unseen,
                value=worth(shelf, unseen) + 0.5 * share,
                family="genres",
                minimum=min(self.minimum, 4),
            )

    def _most_liked(self, history: History, catalogue: Catalogue) -> list[int]:
        """Return all genres, the most liked first; ties fall to the catalogue's largest."""
        liked = genre_counts(history, history.weights > 0, catalogue)
        sizes = np.count_nonzero(catalogue.has_genre, axis=1)
        return list(np.lexsort((-sizes, -liked)).tolist())


def _of_genre(of_genre: Flags, fresh: Index, count: int) -> Index:
    """Return the first `count` of the fresh titles that are of a genre."""
    head = fresh[:_HEAD]
    found = head[of_genre[head]]
    if len(found) < count and len(fresh) > _HEAD:
        found = fresh[of_genre[fresh]]
    return found[:count]


def _is_genre(name: str) -> bool:
    """Return whether it names a genre; MovieLens writes that there is none in brackets."""
    return not name.startswith("(")
