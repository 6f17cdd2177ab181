"""`matinee models`: list bundles, describe one, and choose which is live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.types import BundleId

__all__ = ["COMMANDS", "describe", "listing", "promote"]


def listing(*, home: Home = HOME, json: Json = None) -> None:
    """List the trained bundles, oldest first; the live one is marked."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        live = stores.bundles.live()
        bundles = [
            {"bundle": bundle, "live": bundle == live, **stores.bundles.manifest(bundle)}
            for bundle in stores.bundles.all()
        ]
    if bundles:
        screen.table(
            ["bundle", "live", "created"],
            [[b["bundle"], "live" if b["live"] else "", b["created"]] for b in bundles],
        )
    else:
        screen.say("no bundle yet; `matinee train` makes one")
    screen.report({"live": live, "bundles": bundles})


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


def promote(
    *,
    bundle: Annotated[str, typer.Argument(help="The bundle that shall be live.")],
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Make a bundle the live one; running servers take it up by themselves."""
    from matinee.cli.homes import opened
    from matinee.types import BundleId

    screen = Screen(json)
    with opened(home) as stores:
        before = stores.bundles.live()
        stores.bundles.promote(BundleId(bundle))
    screen.say(f"{bundle} is live" + (f"; it was {before}" if before else ""))
    screen.report({"live": bundle, "before": before})


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
    "promote": promote,
}
