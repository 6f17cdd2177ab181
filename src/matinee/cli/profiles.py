"""`matinee profiles`: list them, export everything that is held about one, erase one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["COMMANDS", "erase", "export", "listing"]

_PAUSE_S = 0.2

Who = Annotated[str, typer.Argument(help="The profile's id.")]


def listing(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """List profiles in the order in which they came, with how many events each has."""
    from matinee.cli.homes import opened
    from matinee.types import ProfileId

    screen = Screen(json)
    with opened(home) as stores:
        people = stores.profiles.profiles(limit=limit).profiles
        counts = stores.log.counts([ProfileId(one.profile_id) for one in people])
    lines = [
        {"profile_id": one.profile_id, "account_id": one.account_id, "name": one.name, "events": n}
        for one, n in zip(people, counts, strict=True)
    ]
    screen.table(["profile", "account", "name", "events"], [list(line.values()) for line in lines])
    screen.report({"profiles": lines})


def export(*, profile: Who, home: Home = HOME, json: Json = "-") -> None:
    """Write everything that is held about a profile as one JSON document; --json says where."""
    import msgspec

    from matinee.cli.homes import opened
    from matinee.service.dossier import dossier
    from matinee.service.pictures import Gallery
    from matinee.types import ProfileId

    screen = Screen(json)
    with opened(home) as stores:
        found = dossier(stores, ProfileId(profile), Gallery(stores.catalogue.snapshot()))
    screen.say(
        f"{profile}: {len(found.events):,} events, {len(found.rejected):,} turned away,"
        f" {len(found.decisions):,} pages"
    )
    screen.report(msgspec.to_builtins(found, enc_hook=lambda moment: moment.iso))


def erase(
    *,
    profile: Who,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for others who read the files.")
    ] = 60.0,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Erase a profile for ever. Exit code 1: begun, and something still holds it.

    A server or `matinee upkeep` then goes on until nothing does.
    """
    import msgspec

    from matinee.cli.clock import now
    from matinee.cli.homes import existing
    from matinee.cli.settings import configuration
    from matinee.service import Matinee
    from matinee.types import ProfileId

    screen = Screen(json)
    matinee = Matinee.open(existing(home), configuration(home))
    until = time.monotonic() + wait
    try:
        erasure = matinee.erase(ProfileId(profile), now=now(), seed=secrets.randbits(63))
        while not erasure.clean:
            matinee.tend(now=now())
            erasure = matinee.erasure(erasure.erasure_id)
            if erasure.clean or time.monotonic() > until:
                break
            time.sleep(_PAUSE_S)
    finally:
        matinee.close()
    said = msgspec.to_builtins(erasure, enc_hook=lambda moment: moment.iso)
    for part, since in said.items():
        screen.say(f"{part:<12} {'not clean yet' if since is None else since}")
    screen.report(said)
    if not erasure.clean:
        raise typer.Exit(CHECK_FAILED)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": listing,
    "export": export,
    "erase": erase,
}
