"""The files that every library learns from and answers: numpy arrays, nothing else.

A part lies in two files. `NAME.npz` is what a library may see: who liked which titles and when,
and what is known of those who ask. `NAME-wanted.npz` holds the answers; only the judge reads it.
Titles that nobody in the part likes are left out of the matrices: no collaborative model can say
anything of them. This module needs numpy and scipy only, so that every environment can import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

DEPTH = 100


@dataclass(frozen=True)
class Likes:
    """Rows of liked titles with their times, oldest first."""

    indptr: Any  # (rows + 1,)
    titles: Any  # (E,) places among the M known titles
    at: Any  # (E,) epoch ms

    def matrix(self, width: int) -> Any:
        """Return (rows, width) float32 CSR of ones, columns sorted."""
        ones = np.ones(len(self.titles), np.float32)
        made = sparse.csr_matrix(
            (ones, self.titles.astype(np.int32), self.indptr.astype(np.int32)),
            shape=(len(self.indptr) - 1, width),
        )
        made.sort_indices()
        return made

    def row(self, number: int) -> Any:
        return self.titles[self.indptr[number] : self.indptr[number + 1]]


@dataclass(frozen=True)
class Part:
    """What is learned from, and R requests: over M titles that somebody in `fit` likes."""

    rows: Any  # (M,) the catalogue's row of each known title
    fit: Likes  # U profiles
    asked: Likes  # R requests
    profiles: Any  # (R,) row in `fit` of whoever asks; its likes there are among the known ones

    @property
    def width(self) -> int:
        return len(self.rows)

    def everyone(self) -> tuple[Any, Any]:
        """Return `fit` with those who ask but are not in it, and each asker's row there.

        For libraries that cannot fold in a profile that they have not learned.
        """
        fit = self.fit.matrix(self.width)
        absent = np.diff(fit.indptr)[self.profiles] == 0
        joined = sparse.vstack([fit, self.asked.matrix(self.width)[absent]]).tocsr()
        places = self.profiles.copy()
        places[absent] = fit.shape[0] + np.arange(int(absent.sum()))
        filled = np.diff(joined.indptr) > 0
        renumbered = np.cumsum(filled) - 1
        return joined[filled], renumbered[places]

    def learned(self) -> Any:
        """Return the (U, M) matrix without profiles that like nothing."""
        fit = self.fit.matrix(self.width)
        return fit[np.diff(fit.indptr) > 0]

    def popularity(self) -> Any:
        """Return how many profiles like each title: (M,)."""
        return np.bincount(self.fit.titles, minlength=self.width)


def written(folder: Path, name: str, exam: Any) -> Path:
    """Write an exam of ours as a part, and its answers beside it; return the part's file."""
    entries, indptr = exam.fit.histories.entries, exam.fit.histories.indptr
    rows = np.unique(entries.titles[entries.weights > 0])
    places = np.full(len(exam.fit.catalogue), -1)
    places[rows] = np.arange(len(rows))
    fit = _likes(entries, indptr, places)
    some = np.flatnonzero(exam.counted)
    known = [exam.requests[row].history for row in some]
    lengths = np.cumsum([0, *map(len, known)])
    asked = _likes(_Joined(known), lengths, places)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.npz"
    with file.open("wb") as out:
        np.savez_compressed(
            out,
            rows=rows,
            profiles=exam.profiles[some],
            **{f"fit_{key}": value for key, value in vars(fit).items()},
            **{f"asked_{key}": value for key, value in vars(asked).items()},
        )
    wanted = [exam.wanted[row] for row in some]
    with (folder / f"{name}-wanted.npz").open("wb") as out:
        np.savez_compressed(
            out, indptr=np.cumsum([0, *map(len, wanted)]), titles=np.concatenate(wanted)
        )
    return file


def read(file: Path) -> Part:
    """Read what a library may see."""
    with np.load(file, allow_pickle=False) as data:
        return Part(
            rows=data["rows"],
            fit=Likes(data["fit_indptr"], data["fit_titles"], data["fit_at"]),
            asked=Likes(data["asked_indptr"], data["asked_titles"], data["asked_at"]),
            profiles=data["profiles"],
        )


def answers(file: Path) -> list[Any]:
    """Read the wanted titles of each request, as rows of the catalogue."""
    with np.load(file.with_name(f"{file.stem}-wanted.npz"), allow_pickle=False) as data:
        return np.split(data["titles"], data["indptr"][1:-1])


def little(part: Part, *, titles: int = 300, profiles: int = 600) -> Part:
    """Return the part with its most liked titles and its first profiles only.

    A library is fitted on it once before it is timed, so that what happens at a first call alone,
    imports and compilation, is not counted as learning.
    """
    kept = np.sort(np.argsort(-part.popularity(), kind="stable")[:titles])
    places = np.full(part.width, -1)
    places[kept] = np.arange(len(kept))
    filled = np.flatnonzero(np.diff(part.fit.indptr) > 0)
    until = filled[min(profiles, len(filled)) - 1] + 1 if len(filled) else 0
    some = min(profiles, len(part.profiles))
    return Part(
        rows=part.rows[kept],
        fit=_within(part.fit, places, until),
        asked=_within(part.asked, places, some),
        profiles=part.profiles,
    )


def listed(scores: Any, part: Part, start: int, k: int = DEPTH) -> Any:
    """Return the k best unseen titles of requests from `start` on, as rows of the catalogue.

    (P, M) scores in, (P, k) out, −1 where there are fewer. Ties fall to popularity, then to the
    lower row; −inf and NaN are never listed. The same order for every library.
    """
    scores = np.array(scores, np.float64)
    for row in range(len(scores)):
        scores[row, part.asked.row(start + row)] = -np.inf
    scores[np.isnan(scores)] = -np.inf
    count = min(k, scores.shape[1])
    popular = part.popularity()
    out = np.full((len(scores), k), -1, np.int32)
    for row, mine in enumerate(scores):
        edge = np.partition(mine, len(mine) - count)[len(mine) - count]
        near = np.flatnonzero((mine >= edge) & (mine > -np.inf))
        order = near[np.lexsort((near, -popular[near], -mine[near]))][:count]
        out[row, : len(order)] = part.rows[order]
    return out


def _within(likes: Likes, places: Any, rows: int) -> Likes:
    """Return the likes of the first rows, of titles that have a place; the others like nothing."""
    owner = np.repeat(np.arange(len(likes.indptr) - 1), np.diff(likes.indptr))
    kept = (owner < rows) & (places[likes.titles] >= 0)
    until = np.concatenate(([0], np.cumsum(kept)))
    return Likes(until[likes.indptr], places[likes.titles[kept]], likes.at[kept])


@dataclass(frozen=True)
class _Joined:
    histories: Any

    def __getattr__(self, name: str) -> Any:
        return np.concatenate([getattr(one, name) for one in self.histories])


def _likes(entries: Any, indptr: Any, places: Any) -> Likes:
    titles, weights, at = entries.titles, entries.weights, entries.at
    kept = (weights > 0) & (places[titles] >= 0)
    until = np.concatenate(([0], np.cumsum(kept)))
    return Likes(until[indptr], places[titles[kept]], at[kept])
