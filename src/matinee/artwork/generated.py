"""Posters for titles without a picture: drawn as SVG from nothing but the title's own facts.

The same title always has the same poster. Genres choose mood and colours, the id chooses among
them, so that a shelf looks like one collection and no two posters like each other.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from matinee.artwork.figures import FIGURES
from matinee.artwork.forms import FORMS
from matinee.artwork.landscapes import LANDSCAPES
from matinee.artwork.lettering import FACES, Face, Setting, set_title
from matinee.artwork.ornaments import ORNAMENTS
from matinee.artwork.palettes import Chance, mood
from matinee.artwork.sheet import HEIGHT, WIDTH, Ground, Scene, Sheet, contrast, num
from matinee.types import Title

__all__ = ["SCENES", "poster"]

SCENES: dict[str, Scene] = {**LANDSCAPES, **FIGURES, **FORMS, **ORNAMENTS}
"""Every way to fill a poster, by name."""

_MARGIN = 28
_LEGIBLE = 4.5
"""The contrast that WCAG 2 asks for (level AA)."""
_FRAMED = 0.22
_FOOT, _HEAD = 560, 62
_TEXT_HEIGHT, _FRAMED_TEXT_HEIGHT = 118, 84


def poster(title: Title) -> bytes:
    """Return a poster of 400 × 600 as UTF-8 SVG, at most about 6 kB.

    It has no script, no style sheet and no reference to anything outside itself; all text is
    escaped. A pure function of id, name, year, genres, kind and people.
    """
    name = _printable(title.name) or "?"
    chance = Chance(title.title_id)
    look = mood(title.genres, chance)
    letters = (letter for letter in name.removeprefix("The ") if letter.isalnum())
    sheet = Sheet(chance.pick(look.palettes), chance, initial=next(letters, "?").upper(), layer="s")
    scene, face = SCENES[chance.pick(look.scenes)], FACES[chance.pick(look.letters)]
    ground = scene(sheet)
    framed = chance.odds(_FRAMED) and not ground.at_top
    text = Sheet(sheet.palette, chance, initial=sheet.initial, layer="t")
    if framed:
        ground = Ground(_frame(text, sheet), plain=True)
    room = _FRAMED_TEXT_HEIGHT if framed else _TEXT_HEIGHT
    setting = set_title(name, face, width=WIDTH - 2 * _MARGIN, height=room)
    _write(text, setting, _credit(title), face=face, ground=ground)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(name)}</title>{'' if framed else sheet.body}{text.body}</svg>"
    ).encode()


def _frame(text: Sheet, picture: Sheet) -> str:
    """Lay the picture's upper part on paper, as a book cover does; return the paper's colour."""
    p = text.palette
    paper = p.pale if text.chance.odds(0.75) else p.dark
    text.fill(paper)
    text.draw(
        f'<svg x="22" y="22" width="356" height="404" viewBox="0 0 {WIDTH} 454"'
        f' preserveAspectRatio="xMidYMin slice">{picture.body}</svg>'
    )
    return paper


def _write(text: Sheet, setting: Setting, credit: str, *, face: Face, ground: Ground) -> None:
    """Write name and small print, in whichever end of the palette stands out more."""
    ink = _ink(ground.colour, text.palette.pale, text.palette.dark)
    last = _FOOT - 14 if credit else _FOOT
    first = (
        _HEAD + setting.size * 0.74 - 20
        if ground.at_top
        else last - setting.leading * (len(setting.lines) - 1)
    )
    if not ground.plain and not ground.at_top:
        _shade(text, ground.colour, top=first - setting.size - 70)
    _lines(text, setting, face, ink, first)
    if credit:
        after = first + setting.leading * (len(setting.lines) - 1) + 24
        look = f'fill="{ink}" fill-opacity=".78" font-size="13.5" letter-spacing="1"'
        look += f' {_place(face)} y="{num(after)}" font-family="{FACES["grotesk"].family}"'
        text.words(credit, look)


def _shade(text: Sheet, colour: str, *, top: float) -> None:
    """Lay the ground's own colour under the words, thickening downwards."""
    stops = "".join(
        f'<stop offset="{offset}" stop-color="{colour}" stop-opacity="{thick}"/>'
        for offset, thick in ((0, 0), (0.45, 0.9), (1, 1))
    )
    name = text.define(f'<linearGradient id="ID" x2="0" y2="1">{stops}</linearGradient>')
    text.rect(0, top, WIDTH, HEIGHT - top, paint=f"url(#{name})")


def _place(face: Face) -> str:
    """Return where a line of text stands from left to right."""
    return f'x="{WIDTH // 2}" text-anchor="middle"' if face.centred else f'x="{_MARGIN}"'


def _ink(ground: str, *inks: str) -> str:
    """Return the ink that stands out most; black or white where none stands out enough."""

    def strength(ink: str) -> float:
        return contrast(ink, ground)

    best = max(inks, key=strength)
    return best if strength(best) >= _LEGIBLE else max((best, "#000000", "#ffffff"), key=strength)


def _lines(text: Sheet, setting: Setting, face: Face, ink: str, first: float) -> None:
    style = (
        f'fill="{ink}" font-family="{face.family}" font-weight="{face.weight}"'
        f' font-size="{num(setting.size)}"'
    )
    if face.tracking:
        style += f' letter-spacing="{face.tracking:g}em"'
    if face.italic:
        style += ' font-style="italic"'
    if face.centred:
        style += ' text-anchor="middle"'
    x = WIDTH / 2 if face.centred else _MARGIN
    spans = "".join(
        f'<tspan x="{num(x)}" y="{num(first + k * setting.leading)}" textLength="{num(wide)}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(line)}</tspan>'
        for k, (line, wide) in enumerate(zip(setting.lines, setting.widths, strict=True))
    )
    text.draw(f"<text {style}>{spans}</text>")


def _credit(title: Title) -> str:
    """Return the small print: who made it, and when."""
    makers = [
        _printable(person.name) for person in title.people if person.role in ("director", "creator")
    ]
    said = f"{'a film by' if title.kind == 'film' else 'created by'} {makers[0]}" if makers else ""
    return " · ".join(part for part in (said, str(title.year) if title.year else "") if part)


def _printable(text: str) -> str:
    """Leave out control characters, which no XML may hold."""
    return "".join(letter for letter in text if letter.isprintable())
