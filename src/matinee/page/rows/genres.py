"""Genres: a line for each genre of this viewer's taste, ranked like everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.page.likes import genre_counts
from matinee.page.sentences import share_of_watched
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import Cause, Line, Reason, Request

__all__ = ["Genres"]


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
        liked = genre_counts(history, history.weights > 0, catalogue)
        watched = int(np.count_nonzero(history.seen))
        of_genre = catalogue.has_genre[:, shelf.fresh]
        sizes = np.count_nonzero(of_genre, axis=1)
        order = np.lexsort((np.arange(len(sizes)), -sizes, -liked))
        chosen = [
            g
            for g in order.tolist()
            if sizes[g] >= self.minimum and _is_genre(catalogue.genres.name(g))
        ]
        for genre in chosen[: self.most]:
            name, count = catalogue.genres.name(genre), int(counts[genre])
            titles = shelf.fresh[np.flatnonzero(of_genre[genre])[: 3 * request.columns]]
            share = count / max(watched, 1)
            if count:
                text = share_of_watched(name, count, watched)
            else:
                text = f"{int(sizes[genre])} {name} titles that you have not seen"
            yield Line(
                kind="genres",
                key=f"genres:{name}",
                label=f"{name} for you" if count else name,
                reason=Reason(
                    "facet",
                    text,
                    (Cause("facet", f"genre:{name}", name, round(share, 4), count=count),),
                ),
                titles=titles,
                value=worth(shelf, titles) + 0.5 * share,
                family="genres",
                minimum=min(self.minimum, 4),
            )


def _is_genre(name: str) -> bool:
    """Return whether it names a genre; MovieLens writes that there is none in brackets."""
    return not name.startswith("(")
