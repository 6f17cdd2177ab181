"""The offline gate: a new bundle against the live one on the same held-out interactions.

Neither side may have learned what is asked: a bundle that was trained before the slice begins
answers itself; one that has seen it is stood for by its own settings, fitted on what came before.
Held back is only what is worse beyond doubt: where even the upper end of the paired 95 % interval
of (new − live) lies below minus the margin. And, interval or not, what cannot rank at all.
"""

from __future__ import annotations

import msgspec
import numpy as np

from matinee.data import Dataset
from matinee.data.splits import Split
from matinee.evaluation import bootstrap, judge, ranked
from matinee.evaluation.comparing import Values
from matinee.models import recipe
from matinee.parts import Source, load
from matinee.stores import Stores
from matinee.training.judging import HEADLINE, generator, held_out
from matinee.types import BundleId, Moment

__all__ = ["Verdict", "weigh"]

_K = 20
_TRIED = 50  # requests that the bundle itself must be able to answer


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a bundle may be made live, and why."""

    passed: bool
    why: str
    """One line for people, numbers included."""
    against: BundleId | None = None
    metric: str = HEADLINE
    difference: float | None = None
    """New less live, the mean over requests; None where nothing was compared."""
    low: float | None = None
    high: float | None = None
    requests: int = 0
    margin: float = 0.0


def weigh(
    stores: Stores,
    bundle: BundleId,
    data: Dataset,
    *,
    share: float,
    margin: float,
    seed: int,
) -> Verdict:
    """Compare a bundle with the live one on the newest share of the data.

    Raises:
        LookupError: there is no such bundle, or a part of it is not installed.
        ValueError: the new bundle is damaged.
    """
    broken = _broken(stores, bundle, data)
    if broken:
        return Verdict(passed=False, why=f"{bundle} {broken}", margin=margin)
    live = stores.bundles.live()
    if live is None or live == bundle:
        why = "nothing was live before" if live is None else f"{bundle} is live already"
        return Verdict(passed=True, why=why, against=live, margin=margin)
    try:
        stores.bundles.load(live)
    except (LookupError, OSError, ValueError) as error:  # lost, damaged or of another format
        why = f"the live bundle cannot be used: {error}"
        return Verdict(passed=True, why=why, against=live, margin=margin)
    split = held_out(data, share=share)
    if split is None:
        why = f"nothing is held out to compare it with {live} on"
        return Verdict(passed=True, why=why, against=live, margin=margin)
    return _compared(stores, bundle, live, split, margin=margin, seed=seed)


def _compared(
    stores: Stores, new: BundleId, live: BundleId, split: Split, *, margin: float, seed: int
) -> Verdict:
    order = recipe("popular").fit(split.fit, generator(seed, 1)).scores(split.requests[:1])[0]
    metric = {HEADLINE: load("metric", "ndcg")(k=_K)}

    def values(bundle: BundleId) -> Values:
        source = _unseeing(stores, bundle, split, seed=seed)
        lists = ranked(source, split.requests, _K, popularity=order)
        return judge(lists, split.wanted, metric)[HEADLINE]

    alike = _stand_in(stores, new, split) and _stand_in(stores, live, split)
    if alike and _settings(stores, new) == _settings(stores, live):
        difference = np.zeros(len(split.requests))  # one recipe on the same data is one model
    else:
        difference = values(new) - values(live)
    found = bootstrap(difference, generator(seed, 5))
    passed = bool(found.high >= -margin)
    said = "not worse" if passed else "worse"
    return Verdict(
        passed=passed,
        why=f"{new} is {said} than {live} by more than {margin:g}: {HEADLINE}"
        f" {found.mean:+.4f} ({found.low:+.4f} to {found.high:+.4f}, {found.n} requests)",
        against=live,
        difference=found.mean,
        low=found.low,
        high=found.high,
        requests=found.n,
        margin=margin,
    )


def _unseeing(stores: Stores, bundle: BundleId, split: Split, *, seed: int) -> Source:
    """Return a bundle's model, or its like, that has seen nothing of what is asked."""
    if _stand_in(stores, bundle, split):
        return recipe(_settings(stores, bundle)).fit(split.fit, generator(seed, 2))
    source: Source = stores.bundles.load(bundle)["source"]
    return source.with_titles(split.fit.catalogue)


def _stand_in(stores: Stores, bundle: BundleId, split: Split) -> bool:
    """Whether a bundle may have learned what is asked."""
    said = stores.bundles.manifest(bundle).get("data", {}).get("at")
    return said is None or Moment.parse(said) > split.fit.at


def _settings(stores: Stores, bundle: BundleId) -> dict[str, object]:
    settings = stores.bundles.manifest(bundle).get("settings")
    if not isinstance(settings, dict) or len(settings) != 1:
        msg = f"the manifest of {bundle} does not say how it was fitted; train again, or --force"
        raise ValueError(msg)
    return settings


def _broken(stores: Stores, bundle: BundleId, data: Dataset) -> str:
    """Return what is wrong with the answers of the bundle itself; "" for nothing."""
    source: Source = stores.bundles.load(bundle)["source"].with_titles(data.catalogue)
    split = held_out(data, share=0.1)
    if split is None:
        return ""
    scores = source.scores(split.requests[:_TRIED])
    if np.isnan(scores).any():
        return "answers with what is no number"
    if not np.isfinite(scores).any(axis=1).all():
        return "has nothing to say to some viewers"
    return ""
