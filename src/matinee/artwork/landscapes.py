"""Scenes of places: sea, mountains, woods, towns and roads, in flat layers of colour."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin

from matinee.artwork.palettes import mix
from matinee.artwork.sheet import HEIGHT, WIDTH, Ground, Scene, Sheet, num

__all__ = ["LANDSCAPES"]


def _sun(sheet: Sheet) -> Ground:
    """Draw a low sun over water, whole or in bars."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.deep, mix(p.deep, p.main, 0.8), p.glow))
    horizon, r = c.whole(360, 400), c.whole(95, 135)
    x, y = c.whole(130, 270), horizon - r * c.between(0.2, 0.75)
    paint = sheet.fade(p.pale, p.glow)
    if c.odds(0.5):
        clip = sheet.define(
            f'<clipPath id="ID"><circle cx="{x}" cy="{num(y)}" r="{r}"/></clipPath>'
        )
        top, bars = y - r, []
        for k in range(8):
            thick = (2 * r / 8) * (1 - 0.085 * k)
            bars.append(f"M{x - r} {num(top)}h{2 * r}v{num(thick)}h-{2 * r}z")
            top += 2 * r / 8
        sheet.path("".join(bars), p.pale, f' clip-path="url(#{clip})"')
    else:
        sheet.disc(x, y, r, paint)
    sheet.rect(
        0, horizon, WIDTH, HEIGHT - horizon, paint=sheet.fade(mix(p.deep, p.main, 0.35), p.dark)
    )
    glints = ""
    for k in range(9):
        half = r * (1 - k / 11) * c.between(0.35, 0.9)
        glints += f"M{num(x - half)} {horizon + 9 + k * 13}h{num(2 * half)}"
    sheet.line(glints, p.glow, 3, ' stroke-linecap="round" opacity=".75"')
    if c.odds(0.4):
        _birds(sheet, p.dark, c.whole(70, 150))
    return Ground(p.dark)


def _birds(sheet: Sheet, paint: str, y: int) -> None:
    c = sheet.chance
    flock = ""
    for k in range(c.whole(3, 6)):
        x = 60 + k * 34 + c.whole(-8, 8)
        flock += f"M{x} {y + c.whole(-22, 22)}q7-7 11 0q5-7 11 0"
    sheet.line(flock, paint, 2.4, ' stroke-linecap="round"')


def _ridges(sheet: Sheet) -> Ground:
    """Draw mountains behind mountains, the near ones dark."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(mix(p.main, p.pale, 0.55), p.pale, p.glow))
    sheet.disc(c.whole(90, 310), c.whole(110, 190), c.whole(38, 70), p.glow)
    layers, sharp = c.whole(4, 6), c.odds(0.55)
    for k in range(layers):
        depth = k / (layers - 1)
        paint = mix(mix(p.glow, p.main, 0.45 + 0.55 * min(1, 2 * depth)), p.dark, depth**1.4)
        base, rough = 210 + 215 * depth, (78 if sharp else 46) * (1 - 0.35 * depth)
        step = 400 / c.whole(4, 7)
        points = [(x * step - 20, base + c.between(-rough, rough)) for x in range(9)]
        if sharp:
            sheet.shape([(-20, HEIGHT), *points, (480, HEIGHT)], paint)
            continue
        d = f"M-20 {HEIGHT}V{num(points[0][1])}"
        for (x, y), (after, _) in pairwise(points):
            d += f"Q{num(x)} {num(y - 18)} {num((x + after) / 2)} {num(y)}T{num(after)} {num(y)}"
        sheet.path(f"{d}V{HEIGHT}z", paint)
    return Ground(p.dark)


def _waves(sheet: Sheet) -> Ground:
    """Draw a sea as prints do: rows of scales, or long swells."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.pale, mix(p.pale, p.glow, 0.6)))
    sheet.disc(c.whole(110, 290), c.whole(120, 180), c.whole(58, 95), p.glow)
    if c.odds(0.45):
        rings = "".join(
            f'<circle r="{r}" fill="{paint}"/>'
            for r, paint in ((50, p.pale), (47, p.deep), (36, p.pale), (33, p.main), (20, p.pale))
        )
        scale = sheet.define(f'<g id="ID">{rings}<circle r="17" fill="{p.deep}"/></g>')
        uses = "".join(
            f'<use href="#{scale}" x="{x * 100 + row % 2 * 50}" y="{262 + row * 27}"/>'
            for row in range(7)
            for x in range(5)
        )
        sheet.draw(uses)
        sheet.rect(0, 440, WIDTH, 160, paint=p.dark)
        return Ground(p.dark)
    length = c.pick((80, 100, 134))
    for k in range(7):
        y, high = 235 + k * 34, c.whole(14, 26)
        start = -length - c.whole(0, length)
        swell = f"q{length / 4:g}-{high} {length / 2:g} 0" + f"t{length / 2:g} 0" * 16
        paint = mix(p.glow if k == 0 else p.main, p.dark, min(1.0, k / 5.5))
        sheet.path(f"M{start} {y}{swell}V600H{start}z", paint)
    return Ground(p.dark)


def _forest(sheet: Sheet) -> Ground:
    """Draw bare trunks before a moon, and somebody small between them."""
    p, c = sheet.palette, sheet.chance
    light = p.pale if c.odds(0.5) else p.glow
    sheet.fill(sheet.fade(mix(p.deep, p.main, 0.5), mix(p.main, light, 0.55), p.deep))
    x = c.whole(110, 290)
    sheet.disc(x, c.whole(150, 230), c.whole(55, 90), light, ' opacity=".92"')
    for layer in range(3):
        paint = mix(p.main, p.dark, 0.35 + 0.32 * layer)
        d = ""
        for k in range(9 - 2 * layer):
            at = k * 400 / (8 - 2 * layer) + c.between(-18, 18)
            wide = (5 + 9 * layer) * c.between(0.7, 1.4)
            lean = c.between(-12, 12)
            d += f"M{num(at + lean)} -5h{num(wide * 0.7)}L{num(at + wide)} 470h-{num(wide)}z"
        sheet.path(d, paint)
    sheet.path(
        f"M0 {c.whole(430, 445)}Q{c.whole(90, 300)} {c.whole(395, 418)} 400 440V600H0z", p.dark
    )
    _walker(sheet, x, 424, 0.8, p.dark)
    return Ground(p.dark)


def _walker(sheet: Sheet, x: float, foot: float, scale: float, paint: str) -> None:
    """Draw a standing figure whose feet are at (x, foot); 44 units high at scale 1."""
    sheet.path(
        "M0-44a5 5 0 1 1 .1 0zM-5-31q5-4 10 0l3 15h-3l-1 16h-3l-1-14l-1 14h-3l-1-16h-3z",
        paint,
        f' transform="translate({num(x)} {num(foot)})scale({scale:g})"',
    )


def _mesa(sheet: Sheet) -> Ground:
    """Draw table mountains, a heavy sun and a cactus."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.deep, p.main, p.glow, p.pale))
    sheet.disc(c.whole(110, 290), c.whole(200, 270), c.whole(62, 100), p.pale, ' opacity=".9"')
    for layer in range(2):
        paint = mix(p.main, p.dark, 0.3 + 0.35 * layer)
        base, x, d = 372 + 34 * layer, -30.0, f"M-30 600V{372 + 34 * layer}"
        while x < 420:
            top, wide = base - c.whole(50, 130) * (1 - 0.3 * layer), c.whole(50, 120)
            d += f"L{num(x + 14)} {num(top)}h{wide}L{num(x + wide + 34)} {base}"
            x += wide + 34 + c.whole(10, 110)
            d += f"L{num(x)} {base}"
        sheet.path(f"{d}V600z", paint)
    sheet.path("M0 436Q160 418 400 440V600H0z", p.dark)
    at = c.whole(50, 330)
    sheet.line(
        f"M{at} 446v-112M{at} 404h-24v-34M{at} 386h24v-32",
        p.dark,
        13,
        ' stroke-linecap="round" stroke-linejoin="round"',
    )
    return Ground(p.dark)


def _road(sheet: Sheet) -> Ground:
    """Draw a straight road to the horizon; the title stands in the sky."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.dark, p.deep, p.main))
    horizon, x = c.whole(330, 370), c.whole(160, 240)
    sheet.disc(x, horizon, c.whole(70, 110), sheet.fade(p.pale, p.glow))
    sheet.rect(
        0, horizon, WIDTH, HEIGHT - horizon, paint=sheet.fade(mix(p.main, p.deep, 0.4), p.deep)
    )
    sheet.shape(((x - 3, horizon), (x + 3, horizon), (x + 190, HEIGHT), (x - 190, HEIGHT)), p.dark)
    marks, near = "", 0.06
    while near < 1:
        far = near * 1.42
        top, low = horizon + near * (HEIGHT - horizon), horizon + far * (HEIGHT - horizon)
        marks += f"M{num(x - 7 * near)} {num(top)}h{num(14 * near)}"
        marks += f"L{num(x + 7 * far)} {num(low)}h-{num(14 * far)}z"
        near *= 1.95
    sheet.path(marks, p.glow)
    poles, side = "", c.pick((-1, 1))
    for k in range(5):
        near = 0.9 * 0.56**k
        at, foot = x + side * 225 * near, horizon + near * (HEIGHT - horizon) * 0.92
        high = 250 * near
        poles += f"M{num(at)} {num(foot)}v-{num(high)}m-{num(22 * near)} {num(high * 0.1)}"
        poles += f"h{num(44 * near)}"
    sheet.line(poles, p.dark, 3.4)
    return Ground(p.dark, at_top=True)


def _house(sheet: Sheet) -> Ground:
    """Draw a house on a hill with a light on, and a moon too large."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.dark, p.deep, p.main))
    stars = "".join(f"M{c.whole(8, 392)} {c.whole(8, 260)}h.1" for _ in range(34))
    sheet.line(stars, p.pale, 2.2, ' stroke-linecap="round" opacity=".7"')
    side = c.pick((-1, 1))
    sheet.disc(200 + side * c.whole(30, 80), c.whole(180, 235), c.whole(85, 125), p.pale)
    x = 200 - side * c.whole(0, 50)
    sheet.path(
        f"M0 {c.whole(425, 450)}Q{x} {c.whole(318, 335)} 400 {c.whole(425, 450)}V600H0z", p.dark
    )
    tall, wide = c.whole(58, 92), c.whole(44, 64)
    foot = 392
    sheet.path(
        f"M{x - wide} {foot}v-{tall}l-9 5L{x - wide // 2} {foot - tall - 46}"
        f"L{x} {foot - tall + 5}v-34h13v24L{x + wide} {foot - tall + 18}V{foot}z",
        p.dark,
    )
    lit = c.whole(0, 3)
    for k in range(4):
        at_x, at_y = x - wide + 12 + k % 2 * 34, foot - tall + 12 + k // 2 * 30
        sheet.rect(at_x, at_y, 13, 17, paint=p.glow if k == lit else mix(p.dark, p.deep, 0.8))
    tree = x + side * c.whole(86, 130)
    sheet.line(
        f"M{tree} 430q-4-60 2-96m0 40q16-14 22-40m-23 18q-18-10-20-38m18-2q8-18 4-36",
        p.dark,
        4.5,
        ' stroke-linecap="round"',
    )
    return Ground(p.dark)


def _city(sheet: Sheet) -> Ground:
    """Draw a skyline in two depths with some windows lit."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.dark, p.deep, p.main, p.glow))
    sheet.disc(c.whole(80, 320), c.whole(90, 190), c.whole(34, 80), p.pale, ' opacity=".9"')
    windows = ""
    for layer in range(3):
        x, d = -10.0, "M-10 600"
        while x < 410:
            wide = c.whole(26, 62)
            high = c.whole(60, 230) * (1 - 0.22 * layer)
            top = 455 - high + 20 * layer
            d += f"V{num(top)}"
            if c.odds(0.3):
                d += f"h{num(wide / 2 - 2)}v-{c.whole(14, 44)}h4V{num(top)}H{num(x + wide)}"
            else:
                d += f"H{num(x + wide)}"
            for _ in range(c.whole(2, 5) if layer else 0):
                at_x, at_y = (
                    x + 6 + 10 * c.whole(0, (wide - 14) // 10),
                    top + 10 + 15 * c.whole(0, 6),
                )
                if at_y < 430:
                    windows += f"M{num(at_x)} {num(at_y)}h5v8h-5z"
            x += wide
        sheet.path(f"{d}V600z", mix(mix(p.main, p.deep, 0.5), p.dark, 0.2 + 0.4 * layer))
    sheet.path(windows, p.glow)
    return Ground(p.dark)


def _orbits(sheet: Sheet) -> Ground:
    """Draw planets on their tracks among stars."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.dark, mix(p.dark, p.deep, 0.9), p.dark))
    for size, count in ((1.6, 46), (3.0, 12)):
        stars = "".join(f"M{c.whole(4, 396)} {c.whole(4, 560)}h.1" for _ in range(count))
        sheet.line(stars, p.pale, size, ' stroke-linecap="round" opacity=".8"')
    x, y, r = c.whole(130, 270), c.whole(190, 260), c.whole(58, 104)
    tilt = c.whole(-35, 35)
    tracks = "".join(
        f'<ellipse rx="{r + 42 * k}" ry="{num((r + 42 * k) * 0.36)}"/>' for k in range(1, 5)
    )
    sheet.draw(
        f'<g transform="translate({x} {y})rotate({tilt})" fill="none" stroke="{p.main}"'
        f' stroke-width="1.5" opacity=".8">{tracks}</g>'
    )
    sheet.disc(x, y, r, sheet.fade(p.glow, p.main, p.deep))
    if c.odds(0.6):
        wide = num(r * 1.75)
        sheet.draw(
            f'<path d="M-{wide} 0A{wide} {num(r * 0.42)} 0 0 0 {wide} 0" fill="none"'
            f' stroke="{p.pale}" stroke-width="{c.whole(5, 11)}" stroke-linecap="round"'
            f' transform="translate({x} {y})rotate({tilt})"/>'
        )
    for k in range(c.whole(1, 3)):
        turn = c.between(0, 2 * pi)
        far = r + 42 * (k + 2)
        sheet.disc(x + far * cos(turn) * 0.9, y + far * sin(turn) * 0.7, c.whole(6, 16), p.glow)
    return Ground(p.dark)


LANDSCAPES: dict[str, Scene] = {
    "sun": _sun,
    "ridges": _ridges,
    "waves": _waves,
    "forest": _forest,
    "mesa": _mesa,
    "road": _road,
    "house": _house,
    "city": _city,
    "orbits": _orbits,
}
