"""`matinee models`: list bundles, describe one, and choose which is live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen
from matinee.cli.train import SEED, Force

if TYPE_CHECKING:
    from matinee.stores import BundleStore, Stores
    from matinee.training import Verdict
    from matinee.types import BundleId

__all__ = ["COMMANDS", "card", "describe", "listing", "promote", "rollback"]

_TOLD = 10  # of the newest promotions


def listing(*, home: Home = HOME, json: Json = None) -> None:
    """List the trained bundles, oldest first, and which were made live when."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        live = stores.bundles.live()
        bundles = [
            {"bundle": bundle, "live": bundle == live, **_said(stores.bundles, bundle)}
            for bundle in stores.bundles.all()
        ]
        history = [
            {"bundle": one.bundle, "at": one.at and one.at.iso, "rollback": one.back}
            for one in stores.bundles.promotions()
        ]
    if bundles:
        screen.table(
            ["bundle", "live", "created"],
            [
                [b["bundle"], "live" if b["live"] else "", b.get("created", b.get("damaged"))]
                for b in bundles
            ],
        )
    else:
        screen.say("no bundle yet; `matinee train` makes one")
    for one in history[-_TOLD:]:
        did = "rolled back to" if one["rollback"] else "promoted"
        screen.say(f"{one['at'] or 'some day'}  {did} {one['bundle']}")
    screen.report({"live": live, "bundles": bundles, "promotions": history})


def _said(bundles: BundleStore, bundle: BundleId) -> dict[str, Any]:
    """Return a bundle's manifest, or why it cannot be read: the others are listed all the same."""
    try:
        return bundles.manifest(bundle)
    except ValueError as error:
        return {"damaged": str(error)}


def describe(
    *,
    bundle: Annotated[str, typer.Argument(help="Which bundle; left out: the live one.")] = "",
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Say what a bundle was trained on, with which settings, and how well it did."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        chosen = _chosen(bundle, stores.bundles.live())
        manifest = stores.bundles.manifest(chosen)
    screen.say(chosen)
    for key, value in _flat(manifest):
        screen.say(f"  {key:<40} {value}")
    screen.report({"bundle": chosen, **manifest})


def card(
    *,
    model: Annotated[str, typer.Argument(help="Which model; left out: the whole.")] = "",
    bundle: Annotated[
        str, typer.Option("--bundle", help="Of which bundle; left out: the live one.")
    ] = "",
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Show a model's card: data, settings, search, metrics with intervals, groups, limits."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        chosen = _chosen(bundle, stores.bundles.live())
        manifest = stores.bundles.manifest(chosen)
        names = [name.removesuffix(".md") for name in manifest["files"] if name.endswith(".md")]
        wanted = model or next(iter(manifest.get("settings", {"source": {}})))
        if names and wanted not in names:
            msg = f"{chosen} has no model called {wanted!r}; there are {', '.join(names)}"
            raise LookupError(msg)
        text = stores.bundles.document(chosen, f"{wanted}.md")
    screen.say(text.rstrip("\n"))
    screen.report({"bundle": chosen, "model": wanted, "models": names, "card": text})


def promote(
    *,
    bundle: Annotated[str, typer.Argument(help="The bundle that shall be live.")],
    force: Force = False,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Make a bundle live unless it is worse than what is; running servers take it up.

    Exit code 1: it is worse beyond doubt on what was held out, and is held back.
    """
    import msgspec

    from matinee.cli.clock import now
    from matinee.cli.homes import opened
    from matinee.types import BundleId

    screen, chosen = Screen(json), BundleId(bundle)
    with opened(home) as stores:
        stores.bundles.manifest(chosen)
        before = stores.bundles.live()
        verdict = None if force else _weighed(stores, chosen, home)
        passed = verdict is None or verdict.passed
        if passed:
            stores.bundles.promote(chosen, now=now())
    if verdict is not None:
        screen.say(verdict.why)
    if passed:
        screen.say(f"{bundle} is live" + (f"; it was {before}" if before else ""))
    else:
        screen.say(f"{bundle} is held back; --force makes it live all the same")
    live = bundle if passed else before
    gate = None if verdict is None else msgspec.to_builtins(verdict)
    screen.report({"live": live, "before": before, "gate": gate})
    if not passed:
        raise typer.Exit(CHECK_FAILED)


def rollback(*, home: Home = HOME, json: Json = None) -> None:
    """Make live again what was so before the live bundle; running servers take it up."""
    from matinee.cli.clock import now
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        before = stores.bundles.live()
        bundle = stores.bundles.rollback(now=now())
    screen.say(f"{bundle} is live again; it was {before}")
    screen.report({"live": bundle, "before": before})


def _weighed(stores: Stores, bundle: BundleId, home: Path) -> Verdict:
    from matinee.cli.clock import now
    from matinee.cli.settings import configuration
    from matinee.features import Rewards
    from matinee.training import as_of, weigh

    settings = configuration(home).train
    rewards = Rewards.chosen(settings.rewards, home=home)
    data = as_of(stores, at=now(), rewards=rewards)
    return weigh(stores, bundle, data, share=settings.holdout, margin=settings.margin, seed=SEED)


def _chosen(bundle: str, live: BundleId | None) -> BundleId:
    from matinee.types import BundleId

    if not bundle and live is None:
        msg = "no bundle is live; `matinee train` makes one"
        raise LookupError(msg)
    return BundleId(bundle or str(live))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping) and {"mean", "low", "high"} <= value.keys():
            yield prefix + key, "{mean:.4f}  ({low:.4f} to {high:.4f})".format(**value)
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, f"{value:.4g}" if isinstance(value, float) else str(value)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": listing,
    "describe": describe,
    "card": card,
    "promote": promote,
    "rollback": rollback,
}
