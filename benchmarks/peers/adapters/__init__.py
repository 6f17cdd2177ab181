"""How each library is called; one file a library, which is imported only inside its functions.

`MODELS` maps a name to a `Model`: `fit(part, **settings)` returns an object with
`scores(requests) -> (P, M)`, or `lists(requests, k) -> (P, k)` where a library ranks by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Model:
    """One model of a library."""

    fit: Callable[..., Any]
    twin: str
    """Which of ours stands beside it; of ours: which source it is, where that is not its name."""
    known: str
    """How it answers for a profile that it has not learned."""
    space: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What is searched, written as our own recipes write it."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The first trial: the library's own, or what its authors recommend for likes."""


@dataclass(frozen=True)
class Linear:
    """Scores by an item-item matrix: a profile is the sum of its titles' rows."""

    asked: Any  # (R, M) CSR
    b: Any  # (M, M), dense or sparse

    def scores(self, requests: Any) -> Any:
        found = self.asked[requests] @ self.b
        return found.toarray() if hasattr(found, "toarray") else found


@dataclass(frozen=True)
class Vectors:
    """Scores by the vectors of profiles that were learned with the others."""

    places: Any  # (R,) row among the learned profiles
    profiles: Any  # (U, f)
    titles: Any  # (M, f)
    biases: Any = 0.0  # (M,)

    def scores(self, requests: Any) -> Any:
        return self.profiles[self.places[requests]] @ self.titles.T + self.biases


FOLDED = "folds the profile in by its own call"
SUMMED = "scores by its item-item matrix"
LEARNED = "cannot fold in: learns the known part of those who ask as well"
NOBODY = "says the same to everybody"
