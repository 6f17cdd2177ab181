"""Plots as SVG text: scatter and lines, for reports that stand alone in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10
from typing import TypeAlias

__all__ = ["STYLE", "Axis", "Series", "lines", "scatter"]

_WIDTH, _HEIGHT = 560, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 18, 14, 48
# Okabe and Ito's and two more, told apart by eyes of every kind, each on white and on black;
# shapes repeat what the colours say.
_COLOURS = (
    ("#0072b2", "#4da3db"),
    ("#d55e00", "#ee7f31"),
    ("#009e73", "#2dbd94"),
    ("#cc79a7", "#d98fb8"),
    ("#3497d3", "#8ccdf2"),
    ("#bf8300", "#eab13c"),
    ("#7a6100", "#b39a2e"),
    ("#7f7f7f", "#a0a0a0"),
    ("#4b3ca7", "#a195f5"),
    ("#882255", "#d5608f"),
)
_TICKS = 5
_LINE = 14  # height of a name beside a dot
_LETTER = 7  # width of one, at most about
_GAP = 9  # between a dot and its name

STYLE = (
    "svg{width:100%;height:auto}svg text{font-size:12px;fill:var(--soft)}"
    "svg .label,svg .name{fill:var(--ink)}svg .grid{stroke:var(--line);fill:none}"
    "svg .mark{fill:var(--c)}svg .line{stroke:var(--c);stroke-width:2;fill:none}"
    "svg .lead{stroke:var(--c);fill:none}"
    + "".join(f".c{place}{{--c:{light}}}" for place, (light, _) in enumerate(_COLOURS))
    + "@media(prefers-color-scheme:dark){"
    + "".join(f".c{place}{{--c:{dark}}}" for place, (_, dark) in enumerate(_COLOURS))
    + "}"
)
"""What the drawings need of a page's style, beside its colours --ink, --soft and --line."""

Point: TypeAlias = tuple[float, float]
Series: TypeAlias = Mapping[str, Sequence[Point]]
"""Points by name; those with a NaN are left out."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows. Positions lie between 0 and 1."""

    label: str
    log: bool = False
    names: tuple[str, ...] = ()
    """Words for the places 0, 1, 2, … instead of numbers."""

    def scale(self, values: Sequence[float]) -> tuple[Callable[[float], float], list[float]]:
        """Return the function from a value to its position, and where the ticks are."""
        if self.names:
            count = len(self.names)
            return (lambda value: (value + 0.5) / count), [float(place) for place in range(count)]
        if self.log:
            return _logarithmic([value for value in values if value > 0] or [1.0])
        return _linear(values or [0.0, 1.0])

    def word(self, tick: float) -> str:
        """Return what stands at a tick."""
        if self.names:
            return self.names[int(tick)]
        return f"{tick:,.0f}" if abs(tick) >= 1000 else f"{tick:.3g}"


def scatter(points: Mapping[str, Point], x: Axis, y: Axis) -> str:
    """Return a plot of one named dot a model."""
    return _plot({name: [point] for name, point in points.items()}, x, y, joined=False)


def lines(series: Series, x: Axis, y: Axis) -> str:
    """Return a plot of one line a model, with a legend below."""
    return _plot(series, x, y, joined=True)


def _plot(series: Series, x: Axis, y: Axis, *, joined: bool) -> str:
    shown = {
        name: [(a, b) for a, b in points if isfinite(a) and isfinite(b) and not (x.log and a <= 0)]
        for name, points in series.items()
    }
    every = [point for points in shown.values() for point in points]
    across, x_ticks = x.scale([a for a, _ in every])
    up, y_ticks = y.scale([b for _, b in every])

    def place(point: Point) -> Point:
        return _across(across(point[0])), _up(up(point[1]))

    body = [*_frame(x, y, [(t, across(t)) for t in x_ticks], [(t, up(t)) for t in y_ticks])]
    for number, (name, points) in enumerate(shown.items()):
        placed = [place(point) for point in points]
        if joined and len(placed) > 1:
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in placed)
            dash = ' stroke-dasharray="5 3"' if number >= len(_COLOURS) else ""
            body.append(f'<polyline class="line {_colour(number)}" points="{path}"{dash}/>')
        body += [_mark(number, a, b, name) for a, b in placed]
    height = _HEIGHT
    if joined:
        legend, rows = _legend(list(shown))
        body += legend
        height += 20 * rows
    else:
        body += _names({name: place(points[0]) for name, points in shown.items() if points})
    label = escape(f"{y.label} against {x.label}", quote=True)
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
    return head + "".join(body) + "</svg>"


def _frame(x: Axis, y: Axis, x_ticks: Sequence[Point], y_ticks: Sequence[Point]) -> Sequence[str]:
    low, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    found = []
    for value, where in y_ticks:
        level = _up(where)
        found.append(f'<path class="grid" d="M{_LEFT} {level:.1f}H{right}"/>')
        found.append(
            f'<text x="{_LEFT - 8}" y="{level + 4:.1f}" text-anchor="end">{escape(y.word(value))}'
            "</text>"
        )
    for value, where in x_ticks:
        line = _across(where)
        found.append(f'<path class="grid" d="M{line:.1f} {_TOP}V{low}"/>')
        found.append(
            f'<text x="{line:.1f}" y="{low + 17}" text-anchor="middle">{escape(x.word(value))}'
            "</text>"
        )
    middle = (_LEFT + right) / 2
    found.append(
        f'<text class="label" x="{middle}" y="{_HEIGHT - 9}" text-anchor="middle">'
        f"{escape(x.label)}</text>"
    )
    centre = (_TOP + low) / 2
    found.append(
        f'<text class="label" transform="translate(13 {centre}) rotate(-90)" '
        f'text-anchor="middle">{escape(y.label)}</text>'
    )
    return found


def _colour(number: int) -> str:
    return f"c{number % len(_COLOURS)}"


def _mark(number: int, a: float, b: float, name: str) -> str:
    shape = (
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4.5"',
        f'<rect x="{a - 4:.1f}" y="{b - 4:.1f}" width="8" height="8"',
        f'<path d="M{a:.1f} {b - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"',
        f'<path d="M{a:.1f} {b - 5:.1f}l5.2 9h-10.4z"',
    )[number % 4]
    kind, _, _ = shape[1:].partition(" ")
    return f'{shape} class="mark {_colour(number)}"><title>{escape(name)}</title></{kind}>'


def _names(placed: Mapping[str, Point]) -> list[str]:
    """Write each name beside its dot; where another stands there already, farther, with a line."""
    taken = [(a - 6, a + 6, b + 4) for a, b in placed.values()]  # left, right, height
    found = []
    for number, (name, (a, b)) in enumerate(placed.items()):
        left, height = _free(a, b + 4, _LETTER * len(name), taken)
        taken.append((left, left + _LETTER * len(name), height))
        before = left < a
        where, anchor = (a - _GAP, "end") if before else (a + _GAP, "start")
        if abs(height - b - 4) > 1:
            end = where + (3 if before else -3)
            found.append(
                f'<path class="lead {_colour(number)}" d="M{a:.1f} {b:.1f}L{end:.1f} '
                f'{height - 4:.1f}"/>'
            )
        found.append(
            f'<text class="name" x="{where:.1f}" y="{height:.1f}" text-anchor="{anchor}">'
            f"{escape(name)}</text>"
        )
    return found


def _free(
    a: float, wished: float, width: float, taken: Sequence[tuple[float, float, float]]
) -> Point:
    """Return left and height of the place nearest to what is wished that covers nothing."""
    sides = [
        left
        for left in (a + _GAP, a - _GAP - width)
        if left >= _LEFT - _GAP and left + width <= _WIDTH - _RIGHT + _GAP
    ] or [a + _GAP]
    for step in sorted(range(-14, 15), key=abs):
        height = wished + _LINE * step
        if not _TOP + 8 < height < _HEIGHT - _BOTTOM:
            continue
        for left in sides:
            if all(
                abs(height - other) >= _LINE or left > stop or left + width < start
                for start, stop, other in taken
            ):
                return left, height
    return sides[0], wished


def _legend(names: Sequence[str]) -> tuple[list[str], int]:
    """Return marks with names, in as many columns as have room, and how many rows these are."""
    room = _WIDTH - _LEFT
    widest = 24 + _LETTER * max(map(len, names), default=0)
    columns = max(1, min(4, room // widest))
    found = []
    for number, name in enumerate(names):
        a = _LEFT + (number % columns) * room / columns
        b = _HEIGHT + 6 + 20 * (number // columns)
        found.append(_mark(number, a, b, name))
        found.append(f'<text class="name" x="{a + 10:.1f}" y="{b + 4}">{escape(name)}</text>')
    return found, ceil(len(names) / columns)


def _across(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _up(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _linear(values: Sequence[float]) -> tuple[Callable[[float], float], list[float]]:
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / _TICKS))
    step = next(power * m for m in (1, 2, 5, 10) if span / (power * m) <= _TICKS)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = [number * step for number in range(first, last + 1)]
    bottom, width = first * step, (last - first) * step
    return (lambda value: (value - bottom) / width), ticks


def _logarithmic(values: Sequence[float]) -> tuple[Callable[[float], float], list[float]]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    high = max(high, low + 1)
    ticks = [10.0**power for power in range(low, high + 1)]
    return (lambda value: (log10(value) - low) / (high - low)), ticks
