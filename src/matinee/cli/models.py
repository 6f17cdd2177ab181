"""`matinee models`: list bundles, describe one, and choose which is live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.types import BundleId

__all__ = ["COMMANDS"]


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
            ["bundle", "live", "made"],
            [[b["bundle"], "live" if b["live"] else "", b.get("made", "")] for b in bundles],
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
        screen.say(f"  {key:<32} {value}")
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


COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": listing,
    "describe": describe,
    "promote": promote,
}


def _chosen(bundle: str, live: BundleId | None) -> BundleId:
    from matinee.types import BundleId

    if not bundle and live is None:
        msg = "no bundle is live; `matinee train` makes one"
        raise LookupError(msg)
    return BundleId(bundle or str(live))


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{prefix}{key}.")
        else:
            lines.append((prefix + key, value))
    return lines
