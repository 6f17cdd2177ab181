"""The sheet of paper a poster is drawn on: SVG elements, gradients, and what text must respect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape

from matinee.artwork.palettes import Chance, Palette

__all__ = ["HEIGHT", "WIDTH", "Ground", "Scene", "Sheet", "contrast", "num"]

Scene: TypeAlias = "Callable[[Sheet], Ground]"
"""A way to fill a sheet; it says where the title goes."""

WIDTH, HEIGHT = 400, 600


def num(value: float) -> str:
    """Write a coordinate in as few characters as show on a screen."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a scene leaves room for the title, and the colour that lies there."""

    colour: str
    at_top: bool = False
    plain: bool = False
    """Nothing is drawn there, so text needs no shade behind it."""


class Sheet:
    """Collects elements in order; coordinates are those of a 400 × 600 view box.

    `layer` begins every id defined here, so that sheets may lie in one picture.
    """

    def __init__(self, palette: Palette, chance: Chance, *, initial: str, layer: str) -> None:
        self.palette = palette
        self.chance = chance
        self.initial = initial
        self._layer = layer
        self._defs: list[str] = []
        self._parts: list[str] = []

    @property
    def body(self) -> str:
        """Everything drawn so far."""
        defs = f"<defs>{''.join(self._defs)}</defs>" if self._defs else ""
        return defs + "".join(self._parts)

    def draw(self, element: str) -> None:
        """Add an element as it is."""
        self._parts.append(element)

    def define(self, element: str) -> str:
        """Add a definition with `ID` in place of its id; return the id."""
        name = f"{self._layer}{len(self._defs)}"
        self._defs.append(element.replace("ID", name))
        return name

    def fade(self, *stops: str, across: bool = False) -> str:
        """Return a paint that goes through colours evenly, downwards or to the right."""
        last = len(stops) - 1
        inner = "".join(
            f'<stop offset="{num(100 * k / last)}%" stop-color="{colour}"/>'
            for k, colour in enumerate(stops)
        )
        turn = "" if across else ' x2="0" y2="1"'
        name = self.define(f'<linearGradient id="ID"{turn}>{inner}</linearGradient>')
        return f"url(#{name})"

    def fill(self, paint: str) -> None:
        """Cover the whole sheet."""
        self.rect(0, 0, WIDTH, HEIGHT, paint=paint)

    def rect(self, x: float, y: float, w: float, h: float, *, paint: str, extra: str = "") -> None:
        """Draw a rectangle."""
        self.draw(
            f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}"'
            f' fill="{paint}"{extra}/>'
        )

    def disc(self, x: float, y: float, r: float, paint: str, extra: str = "") -> None:
        """Draw a filled circle."""
        self.draw(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}" fill="{paint}"{extra}/>')

    def shape(self, points: Iterable[Sequence[float]], paint: str, extra: str = "") -> None:
        """Draw a polygon."""
        text = " ".join(f"{num(x)},{num(y)}" for x, y in points)
        self.draw(f'<polygon points="{text}" fill="{paint}"{extra}/>')

    def path(self, d: str, paint: str, extra: str = "") -> None:
        """Draw a filled path."""
        self.draw(f'<path d="{d}" fill="{paint}"{extra}/>')

    def line(self, d: str, paint: str, width: float, extra: str = "") -> None:
        """Draw a path's outline."""
        self.draw(
            f'<path d="{d}" fill="none" stroke="{paint}" stroke-width="{num(width)}"{extra}/>'
        )

    def words(self, text: str, extra: str) -> None:
        """Write text, escaped."""
        self.draw(f"<text {extra}>{escape(text)}</text>")


def _luminance(colour: str) -> float:
    value = int(colour[1:], 16)
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in ((value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
