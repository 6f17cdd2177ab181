"""`matinee keys`: give out API keys, see who has one, take them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, cast

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["COMMANDS", "add", "listing", "remove"]

Name = Annotated[str, typer.Argument(help="Whose key it is: letters, digits and ._~:-")]


def add(
    *,
    name: Name,
    scopes: Annotated[
        str,
        typer.Option("--scopes", help="What it may do, with commas: view, write, operate."),
    ] = "view,write",
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Make a key and show it: once, for only its hash is kept."""
    from matinee.cli.clock import now
    from matinee.cli.homes import existing
    from matinee.service.keys import SCOPES, Scope, add_key

    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        msg = f"no scope called {unknown[0]!r}; there are {', '.join(SCOPES)}"
        raise ValueError(msg)
    screen = Screen(json)
    secret = add_key(existing(home), name, cast("list[Scope]", wanted), now=now())
    screen.say(f"{secret}")
    screen.say(f"the key of {name} ({', '.join(wanted)}), sent as X-API-Key; it is not shown again")
    screen.report({"name": name, "scopes": wanted, "key": secret})


def listing(*, home: Home = HOME, json: Json = None) -> None:
    """List the keys: names, scopes and ages, never the keys themselves."""
    from matinee.cli.homes import existing
    from matinee.service.keys import keys

    screen = Screen(json)
    held = keys(existing(home))
    if held:
        rows = [[key.key_id, key.name, ",".join(key.scopes), key.created] for key in held]
        screen.table(["key", "name", "scopes", "made"], rows)
    else:
        screen.say("no keys; beyond this machine, `matinee serve` will not start without one")
    screen.report(
        {
            "keys": [
                {"key_id": k.key_id, "name": k.name, "scopes": k.scopes, "created": k.created}
                for k in held
            ]
        }
    )


def remove(
    *,
    name: Annotated[str, typer.Argument(help="The name or the id of the key.")],
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Take a key back; running servers refuse it from the next request on."""
    from matinee.cli.homes import existing
    from matinee.service.keys import remove_key

    if not remove_key(existing(home), name):
        msg = f"no key called {name!r}; `matinee keys list` shows what there is"
        raise LookupError(msg)
    screen = Screen(json)
    screen.say(f"the key {name} is gone")
    screen.report({"removed": name})


COMMANDS: Mapping[str, Callable[..., None]] = {"add": add, "list": listing, "remove": remove}
