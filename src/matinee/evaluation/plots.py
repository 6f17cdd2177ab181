"""Plots as SVG text: scatter and lines, for reports that stand alone in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10
from typing import TypeAlias

__all__ = ["Axis", "Series", "lines", "scatter"]

_WIDTH, _HEIGHT = 560, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 18, 14, 48
# Okabe and Ito's, told apart by eyes of every kind; shapes repeat what the colours say.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#8A6D00", "#7F7F7F")
_TICKS = 5
_LINE = 13  # height of a name beside a dot

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
        return self.names[int(tick)] if self.names else f"{tick:.3g}"


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
        colour = _COLOURS[number % len(_COLOURS)]
        placed = [place(point) for point in points]
        if joined and len(placed) > 1:
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in placed)
            dash = ' stroke-dasharray="5 3"' if number >= len(_COLOURS) else ""
            body.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
            )
        body += [_mark(number, a, b, colour, name) for a, b in placed]
    if joined:
        body += _legend(list(shown))
    else:
        body += _names({name: place(points[0]) for name, points in shown.items() if points})
    height = _HEIGHT + (20 * ceil(len(shown) / 4) if joined else 0)
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
        f'<text class="label" transform="translate(15 {centre}) rotate(-90)" '
        f'text-anchor="middle">{escape(y.label)}</text>'
    )
    return found


def _mark(number: int, a: float, b: float, colour: str, name: str) -> str:
    title = f"<title>{escape(name)}</title>"
    if number % 2:
        corner = f'x="{a - 4:.1f}" y="{b - 4:.1f}"'
        return f'<rect {corner} width="8" height="8" fill="{colour}">{title}</rect>'
    return f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4.5" fill="{colour}">{title}</circle>'


def _names(placed: Mapping[str, Point]) -> list[str]:
    """Write each name beside its dot, farther down or up where another stands there already."""
    taken = [(a - 6, a + 6, b + 4) for a, b in placed.values()]  # left, right, height
    found = []
    for number, (name, (a, b)) in enumerate(placed.items()):
        width = 7.5 * len(name)
        before = a + 9 + width > _WIDTH - _RIGHT
        left = a - 9 - width if before else a + 9
        height = _free(b + 4, left, left + width, taken)
        taken.append((left, left + width, height))
        anchor, where = ("end", a - 9) if before else ("start", a + 9)
        colour = _COLOURS[number % len(_COLOURS)]
        found.append(
            f'<text x="{where:.1f}" y="{height:.1f}" text-anchor="{anchor}" '
            f'style="fill:{colour};font-weight:600">{escape(name)}</text>'
        )
    return found


def _free(
    wished: float, left: float, right: float, taken: Sequence[tuple[float, float, float]]
) -> float:
    """Return the height nearest to what is wished at which a name covers no other."""
    for step in sorted(range(-12, 13), key=abs):
        height = wished + _LINE * step
        inside = _TOP + 8 < height < _HEIGHT - _BOTTOM
        if inside and all(
            abs(height - other) >= _LINE or left > stop or right < start
            for start, stop, other in taken
        ):
            return height
    return wished


def _legend(names: Sequence[str]) -> list[str]:
    found = []
    for number, name in enumerate(names):
        a = _LEFT + (number % 4) * 122
        b = _HEIGHT + 6 + 20 * (number // 4)
        found.append(_mark(number, a, b, _COLOURS[number % len(_COLOURS)], name))
        found.append(f'<text x="{a + 10}" y="{b + 4}">{escape(name)}</text>')
    return found


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
