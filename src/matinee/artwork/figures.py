"""Scenes of people and living things: heads, eyes, shadows and flowers, never a likeness."""

from __future__ import annotations

from math import cos, pi, sin

from matinee.artwork.palettes import mix
from matinee.artwork.sheet import HEIGHT, WIDTH, Ground, Scene, Sheet, num

__all__ = ["FIGURES"]

_SHOULDERS = "M-175 400V330C-170 205-95 190-42 168V110H42V168C95 190 170 205 175 330V400Z"
_HEAD = "M0-90C56-90 74-46 70 8C67 62 36 112 0 112S-67 62-70 8C-74-46-56-90 0-90Z"
_HAIR = (
    (
        "M-80 20C-92-70-50-118 4-116S98-64 80 22C72-14 58-40 30-50C-8-38-50-36-66-26"
        "C-72-12-76 4-80 20Z"
    ),
    (
        "M-86 150C-106 30-100-118 0-118S106 30 86 150C70 110 74 40 62-20C30-52-30-52-62-20"
        "C-74 40-70 110-86 150Z"
    ),
    "M-76-2C-80-60-44-98 0-98S80-60 76-2C64-30 50-52 0-54S-64-30-76-2ZM-21-92a27 26 0 1 1 42 0z",
    (
        "M-118-34C-80-50-78-50-70-52C-68-110-40-132 0-132S68-110 70-52C78-50 80-50 118-34"
        "C60-20-60-20-118-34Z"
    ),
    "M-72-30C-70-80-40-104 0-104S70-80 72-30C50-62-50-62-72-30Z",
)
"""Short, long, in a bun, under a hat, cropped."""


def _portrait(sheet: Sheet) -> Ground:
    """Draw a bust before a disc, half of it in the light."""
    p, c = sheet.palette, sheet.chance
    light, shade = (p.glow, p.main) if c.odds(0.6) else (p.pale, p.glow)
    sheet.fill(sheet.fade(mix(p.deep, p.main, 0.4), p.deep, p.dark))
    x, y, scale = c.whole(185, 215), c.whole(205, 225), c.between(1.0, 1.18)
    if c.odds(0.7):
        sheet.disc(x, y - 5, c.whole(150, 185), light)
    else:
        sheet.path(f"M{x - 150} 600V{y - 20}a150 165 0 0 1 300 0V600z", light)
    hair = c.pick(_HAIR)
    left = sheet.define('<clipPath id="ID"><path d="M-200-200H4V400H-200z"/></clipPath>')
    skin, dim = mix(shade, p.pale, 0.45), mix(shade, p.deep, 0.55)
    if light == p.pale:
        skin, dim = shade, mix(shade, p.deep, 0.6)
    place = f' transform="translate({x} {num(y)})scale({scale:.2f})"'
    sheet.draw(
        f'<g{place}><path d="{_SHOULDERS}" fill="{p.dark}"/>'
        f'<path d="M-42 108V168Q0 210 42 168V108z" fill="{dim}"/>'
        f'<path d="{_HEAD}" fill="{skin}"/>'
        f'<path d="{_HEAD}" fill="{dim}" clip-path="url(#{left})"/>'
        f'<path d="{hair}" fill="{p.dark}"/></g>'
    )
    return Ground(p.dark)


def _couple(sheet: Sheet) -> Ground:
    """Draw two heads close together, or what two of them have in common."""
    p, c = sheet.palette, sheet.chance
    if c.odds(0.45):
        ground = p.pale if c.odds(0.6) else p.dark
        sheet.fill(ground)
        r, gap, y = c.whole(105, 128), c.whole(62, 92), c.whole(190, 225)
        sheet.disc(200 - gap, y, r, p.main)
        sheet.disc(200 + gap, y, r, p.glow)
        high = (r * r - gap * gap) ** 0.5
        sheet.path(
            f"M200 {num(y - high)}A{r} {r} 0 0 1 200 {num(y + high)}"
            f"A{r} {r} 0 0 1 200 {num(y - high)}z",
            p.deep,
        )
        return Ground(ground, plain=True)
    sheet.fill(sheet.fade(p.glow, mix(p.glow, p.main, 0.6), p.deep))
    sheet.disc(200, 200, c.whole(120, 160), p.pale, ' opacity=".85"')
    for side, paint, skin in ((-1, p.deep, mix(p.main, p.pale, 0.3)), (1, p.dark, p.glow)):
        hair = c.pick(_HAIR)
        flip = f"translate({200 + side * 72} {c.whole(232, 252)})rotate({side * -9})scale(.8)"
        sheet.draw(
            f'<g transform="{flip}"><path d="{_SHOULDERS}" fill="{paint}"/>'
            f'<path d="M-42 100V168Q0 206 42 168V100z" fill="{mix(skin, p.dark, 0.3)}"/>'
            f'<path d="{_HEAD}" fill="{skin}"/><path d="{hair}" fill="{p.dark}"/></g>'
        )
    return Ground(p.dark)


def _eye(sheet: Sheet) -> Ground:
    """Draw one eye, wide open."""
    p, c = sheet.palette, sheet.chance
    bright = c.odds(0.35)
    ground = p.glow if bright else p.dark
    sheet.fill(ground)
    x, y, wide, high = 200, c.whole(190, 240), c.whole(150, 178), c.whole(92, 130)
    lashes = ""
    for k in range(15):
        turn = pi * (0.08 + 0.84 * k / 14)
        lashes += f"M{num(x - wide * cos(turn))} {num(y - high * 0.9 * sin(turn))}"
        lashes += f"l{num(-46 * cos(turn))} {num(-52 * sin(turn))}"
    sheet.line(lashes, p.dark if bright else p.main, c.whole(4, 9), ' stroke-linecap="round"')
    lid = 1.6 * high
    almond = f"M{x - wide} {y}Q{x} {num(y - lid)} {x + wide} {y}Q{x} {num(y + lid)} {x - wide} {y}z"
    clip = sheet.define(f'<clipPath id="ID"><path d="{almond}"/></clipPath>')
    sheet.path(almond, p.pale)
    sheet.draw(f'<g clip-path="url(#{clip})">')
    r = high * 0.72
    sheet.disc(x, y, r, p.deep if bright else p.main)
    spokes = "".join(
        f"M{x} {y}L{num(x + r * cos(k * pi / 18))} {num(y + r * sin(k * pi / 18))}"
        for k in range(36)
    )
    sheet.line(spokes, p.glow, 2, ' opacity=".6"')
    sheet.disc(x, y, r * 0.48, p.dark)
    sheet.disc(x + r * 0.25, y - r * 0.3, r * 0.14, p.pale)
    sheet.draw("</g>")
    return Ground(ground, plain=True)


def _blinds(sheet: Sheet) -> Ground:
    """Draw light through a blind, and somebody standing in it with a long shadow."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.dark, mix(p.dark, p.deep, 0.8)))
    lean, light = c.whole(-70, 70), p.glow if c.odds(0.6) else p.pale
    slats = ""
    for k in range(11):
        y = 24 + k * 34
        slats += f"M60 {y}L340 {y + lean // 4}v{17 - k % 2}L60 {y + 17}z"
    window = sheet.fade(light, mix(light, p.main, 0.7))
    sheet.path(slats, window)
    x = c.whole(150, 250)
    sheet.shape(
        ((x - 16, 396), (x + 16, 396), (x + lean + 70, HEIGHT), (x + lean - 70, HEIGHT)), p.dark
    )
    sheet.path(
        "M-28-196q6-8 14-8q-2-26 14-27t15 27q8 0 14 8q-10 5-15 5q0 20-9 24q28 6 34 30"
        "l8 74h-12l-6-52v118l-4 96h-18l-6-86l-8 86h-18l-3-96v-118l-7 52h-12l8-74q6-24 35-30"
        "q-9-4-9-24q-8 0-15-5z",
        p.dark,
        f' transform="translate({x} 300)"',
    )
    sheet.rect(0, 396, WIDTH, 204, paint=p.dark, extra=' opacity=".55"')
    return Ground(p.dark)


def _flower(sheet: Sheet) -> Ground:
    """Draw a flower as large as the sheet, petal over petal."""
    p, c = sheet.palette, sheet.chance
    ground = c.pick((p.pale, p.pale, p.dark, p.deep))
    sheet.fill(ground)
    x, y = c.whole(165, 235), c.whole(195, 225)
    petals = c.whole(7, 13)
    outer = c.whole(165, 195)
    tones = (
        (p.main, p.glow, mix(p.main, p.deep, 0.6)) if ground != p.deep else (p.glow, p.pale, p.main)
    )
    for layer in range(3):
        long = outer * (1 - 0.27 * layer)
        wide = long * c.between(0.2, 0.34)
        turned = "".join(
            f'<use href="#ID" transform="rotate({num((k + layer / 2) * 360 / petals)})"/>'
            for k in range(1, petals)
        )
        name = f"f{layer}"
        shape = (
            f"M0 0C{num(-wide)} {num(-long * 0.35)} {num(-wide)} {num(-long * 0.85)} 0 {num(-long)}"
        )
        shape += f"C{num(wide)} {num(-long * 0.85)} {num(wide)} {num(-long * 0.35)} 0 0z"
        sheet.draw(
            f'<g transform="translate({x} {y})rotate({num(layer * 180 / petals)})"'
            f' fill="{tones[layer]}" fill-opacity=".88"><path id="{name}" d="{shape}"/>'
            f"{turned.replace('ID', name)}</g>"
        )
    sheet.disc(x, y, outer * 0.13, p.dark if ground != p.dark else p.pale)
    dots = "".join(
        f"M{num(x + outer * 0.2 * cos(k * pi / 7))} {num(y + outer * 0.2 * sin(k * pi / 7))}h.1"
        for k in range(14)
    )
    sheet.line(dots, p.pale if ground != p.pale else p.dark, 4, ' stroke-linecap="round"')
    return Ground(ground)


FIGURES: dict[str, Scene] = {
    "portrait": _portrait,
    "couple": _couple,
    "eye": _eye,
    "blinds": _blinds,
    "flower": _flower,
}
