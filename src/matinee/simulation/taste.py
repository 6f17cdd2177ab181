"""What a viewer would pick: titles of their own, and kin of them by simple taste."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.service.audience import Audience, Viewer
from matinee.types import Flags, Floats

__all__ = ["Menu", "menu"]

_NEW_COUNTS_AS = 40
"""Viewers that a title without any is taken to have: the house shows its new titles a lot."""
_OWN, _FILMS, _SERIES = 20, 60, 8
_TASTE_PULL, _CROWD_PULL = 4.0, 0.6
_PLAIN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Menu:
    """Title rows, best first: liked ones to see again, new films, new series."""

    own: tuple[int, ...]
    films: tuple[int, ...]
    series: tuple[int, ...]


def menu(viewer: Viewer, audience: Audience, rng: np.random.Generator) -> Menu:
    """Draw a viewer's menu: unseen titles by genres of the liked ones and by the crowd's choice.

    Titles are drawn without replacement by the Gumbel trick, with
    log p = 4 · taste / max taste + 0.6 · log(1 + viewers). Only what the profile may see is drawn.
    """
    catalogue = audience.catalogue
    history = viewer.history
    allowed = _allowed(catalogue, age=viewer.profile.maturity)
    taste = _taste(viewer, catalogue, rng) @ catalogue.has_genre  # (N,)
    taste = taste / np.sqrt(np.maximum(catalogue.has_genre.sum(axis=0), 1))
    crowd = np.where(audience.popularity == 0, _NEW_COUNTS_AS, audience.popularity)
    pull = _TASTE_PULL * taste / max(float(taste.max(initial=0.0)), 1e-9)
    keys = pull + _CROWD_PULL * np.log1p(crowd) + rng.gumbel(size=len(catalogue))
    fresh = allowed.copy()
    fresh[history.titles] = False
    liked = history.weights > 0
    own = history.titles[liked & allowed[history.titles]]
    worth = history.weights[liked & allowed[history.titles]] + rng.gumbel(scale=0.5, size=len(own))
    return Menu(
        own=tuple(own[np.argsort(-worth, kind="stable")][:_OWN].tolist()),
        films=_best(keys, fresh & ~catalogue.is_series, _FILMS),
        series=_best(keys, fresh & catalogue.is_series, _SERIES),
    )


def _taste(viewer: Viewer, catalogue: Catalogue, rng: np.random.Generator) -> Floats:
    """Return (G,) how much the viewer likes each genre, against how common it is; sums to 1."""
    genres = len(catalogue.genres)
    history = viewer.history
    weights = np.maximum(history.weights, 0.0)
    drawn = rng.gamma(0.4, size=genres) + 1e-6
    drawn /= drawn.sum()
    if not weights.any():
        return drawn.astype(np.float32)
    liked = catalogue.has_genre[:, history.titles] @ weights
    common = np.sqrt(np.maximum(catalogue.has_genre.sum(axis=1), 1))
    lean = liked / common
    mixed = (1 - _PLAIN_SHARE) * lean / max(float(lean.sum()), 1e-9) + _PLAIN_SHARE * drawn
    return np.asarray(mixed, np.float32)


def _allowed(catalogue: Catalogue, *, age: int) -> Flags:
    """Return the titles of this minimum age or less that are in the catalogue at all times."""
    allowed = ~catalogue.hidden & (catalogue.minimum_ages <= age)
    allowed[catalogue.window_titles] = False
    return allowed


def _best(keys: Floats, among: Flags, count: int) -> tuple[int, ...]:
    rows = np.flatnonzero(among)
    found: list[int] = rows[np.argsort(-keys[rows], kind="stable")[:count]].tolist()
    return tuple(found)
