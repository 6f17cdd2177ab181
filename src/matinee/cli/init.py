"""`matinee init`: make a data folder with empty stores and a settings file to edit."""

from __future__ import annotations

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["init"]


def init(*, home: Home = HOME, json: Json = None) -> None:
    """Make a data folder; one that is there already is left as it is."""
    from matinee.cli.homes import opened
    from matinee.cli.settings import FILE, template

    screen = Screen(json)
    new = not home.is_dir()
    with opened(home, create=True):
        pass
    settings = home / FILE
    written = not settings.exists()
    if written:
        settings.write_text(template(), encoding="utf-8")
    screen.say(f"{'made' if new else 'there already:'} {home}")
    screen.say(f"settings {'written to' if written else 'stay as they are in'} {settings}")
    screen.say(f"next: matinee import --home {home} FILE, then matinee train, then matinee serve")
    screen.report({"home": str(home), "new": new, "settings": str(settings), "written": written})
