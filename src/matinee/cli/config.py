"""`matinee config`: say what the settings are, and whether they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["COMMANDS", "check", "show"]


def check(*, home: Home = HOME, json: Json = None) -> None:
    """Check the settings file and the MATINEE__SECTION__KEY variables; say what is wrong."""
    from matinee.cli.settings import FILE, configuration

    screen = Screen(json)
    configuration(home)
    file = home / FILE
    screen.say(f"the settings hold ({file if file.is_file() else f'no {file}: the defaults'})")
    screen.report({"ok": True, "file": str(file) if file.is_file() else None})


def show(*, home: Home = HOME, json: Json = None) -> None:
    """Show every setting that holds, as TOML."""
    import msgspec

    from matinee.cli.settings import configuration, lines

    screen = Screen(json)
    settings = msgspec.to_builtins(configuration(home))
    for line in lines(settings):
        screen.say(line)
    screen.report({"settings": settings})


COMMANDS: Mapping[str, Callable[..., None]] = {"check": check, "show": show}
