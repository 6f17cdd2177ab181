"""Scenes of pure form: tiles, paper, rays, cubes and rings, after posters of 1920 to 1960."""

from __future__ import annotations

from math import cos, pi, sin

from matinee.artwork.sheet import WIDTH, Ground, Scene, Sheet, num

__all__ = ["FORMS"]


def _bauhaus(sheet: Sheet) -> Ground:
    """Draw a grid of quarter circles, halves, discs and wedges."""
    p, c = sheet.palette, sheet.chance
    ground = c.pick((p.pale, p.dark))
    sheet.fill(ground)
    across = c.pick((3, 4))
    size = WIDTH / across
    down = 3 if across == 3 else 4
    inks = (p.dark, p.deep, p.main, p.glow, p.pale)
    for k in range(across * down):
        x, y = k % across * size, k // across * size
        back = c.pick(inks)
        front = c.pick(tuple(ink for ink in inks if ink != back))
        sheet.rect(x, y, size, size, paint=back)
        _tile(sheet, x, y, size, front)
    return Ground(ground, plain=True)


def _tile(sheet: Sheet, x: float, y: float, size: float, paint: str) -> None:
    c = sheet.chance
    form = c.whole(0, 5)
    s, h = num(size), num(size / 2)
    turn = f' transform="rotate({90 * c.whole(0, 3)} {num(x + size / 2)} {num(y + size / 2)})"'
    start = f"M{num(x)} {num(y)}"
    if form == 0:
        sheet.path(f"{start}h{s}A{s} {s} 0 0 1 {num(x)} {num(y + size)}z", paint, turn)
    elif form == 1:
        sheet.path(f"{start}h{s}a{h} {h} 0 0 1-{s} 0z", paint, turn)
    elif form == 2:
        sheet.disc(x + size / 2, y + size / 2, size * c.pick((0.2, 0.34, 0.5)), paint)
    elif form == 3:
        sheet.path(f"{start}h{s}L{num(x)} {num(y + size)}z", paint, turn)
    elif form == 4:
        sheet.path(f"{start}a{h} {h} 0 0 1 {h} {h}a{h} {h} 0 0 0 {h} {h}h-{s}z", paint, turn)
    else:
        bars = "".join(
            f"M{num(x)} {num(y + size * k / 8)}h{s}v{num(size / 8)}h-{s}z" for k in (0, 2, 4, 6)
        )
        sheet.path(bars, paint, turn)


def _cutout(sheet: Sheet) -> Ground:
    """Draw paper cut with quick scissors, in the manner of title sequences around 1960."""
    p, c = sheet.palette, sheet.chance
    ground = c.pick((p.glow, p.pale, p.main, p.dark))
    sheet.fill(ground)
    inks = tuple(ink for ink in (p.dark, p.deep, p.main, p.glow, p.pale) if ink != ground)
    edge, x = 13.0, -20.0
    while x < 400:
        wide = c.whole(58, 132)
        low = c.whole(120, 410)
        corners = ((x, -20), (x + wide, -20), (x + wide, low), (x + wide * 0.45, low), (x, low))
        sheet.shape(
            [(a + c.between(-edge, edge), b + c.between(-edge, edge)) for a, b in corners],
            c.pick(inks),
        )
        x += wide + c.whole(-4, 22)
    for _ in range(c.whole(1, 3)):
        r, at_x, at_y = c.whole(24, 62), c.whole(50, 350), c.whole(90, 330)
        rim = [
            (at_x + r * c.between(0.86, 1.1) * cos(k * pi / 6), at_y + r * sin(k * pi / 6))
            for k in range(12)
        ]
        sheet.shape(rim, c.pick(inks))
    return Ground(ground)


def _rays(sheet: Sheet) -> Ground:
    """Draw a burst of rays round a disc or a star."""
    p, c = sheet.palette, sheet.chance
    back, beam = c.pick(((p.deep, p.main), (p.main, p.glow), (p.glow, p.pale), (p.dark, p.deep)))
    sheet.fill(back)
    x, y, count = c.whole(120, 280), c.whole(180, 300), c.pick((10, 14, 18))
    wedge = "".join(
        f"M{x} {y}L{num(x + 620 * cos(a))} {num(y + 620 * sin(a))}"
        f"L{num(x + 620 * cos(b))} {num(y + 620 * sin(b))}z"
        for a, b in ((2 * pi * k / count, 2 * pi * (k + 0.5) / count) for k in range(count))
    )
    sheet.path(wedge, beam)
    r = c.whole(62, 112)
    if c.odds(0.5):
        for k, paint in enumerate((p.dark, p.pale, p.glow, p.main)):
            sheet.disc(x, y, r * (1 - 0.2 * k), paint)
    else:
        points = c.pick((5, 8, 12))
        star = [
            (
                x + r * (1.25 if k % 2 == 0 else 0.58) * sin(pi * k / points),
                y - r * (1.25 if k % 2 == 0 else 0.58) * cos(pi * k / points),
            )
            for k in range(2 * points)
        ]
        sheet.shape(star, p.pale if beam != p.pale else p.dark)
        sheet.disc(x, y, r * 0.3, p.dark if beam != p.pale else p.glow)
    sheet.path(
        f"M0 {c.whole(415, 450)}Q200 {c.whole(380, 430)} 400 {c.whole(400, 450)}V600H0z", p.dark
    )
    return Ground(p.dark)


def _stairs(sheet: Sheet) -> Ground:
    """Draw cubes piled into stairs that may lead anywhere."""
    p, c = sheet.palette, sheet.chance
    ground, top, left, right = c.pick(
        (
            (p.dark, p.pale, p.main, p.deep),
            (p.pale, p.glow, p.main, p.deep),
            (p.deep, p.glow, p.main, p.dark),
        )
    )
    sheet.fill(ground)
    a = 43.3
    cube = sheet.define(
        f'<g id="ID"><path d="M0 0l{a}-25l{a} 25l-{a} 25z" fill="{top}"/>'
        f'<path d="M0 0l{a} 25v50L0 50z" fill="{left}"/>'
        f'<path d="M{2 * a} 0l-{a} 25v50l{a}-25z" fill="{right}"/></g>'
    )
    across = 4
    high = [
        [c.whole(0, 2) + (across - row + across - column) // 3 for column in range(across)]
        for row in range(across)
    ]
    piled = ""
    for row in range(across):
        for column in range(across):
            for level in range(high[row][column]):
                x = 200 - a + (column - row) * a
                y = 262 + (column + row - 3) * 25 - level * 50
                piled += f'<use href="#{cube}" x="{num(x)}" y="{num(y)}"/>'
    sheet.draw(piled)
    sheet.disc(
        c.whole(60, 340), c.whole(50, 90), c.whole(20, 34), p.glow if ground != p.pale else p.main
    )
    return Ground(ground)


def _spiral(sheet: Sheet) -> Ground:
    """Draw turning ellipses: a spirograph with somebody in the middle of it."""
    p, c = sheet.palette, sheet.chance
    ground, ink = c.pick(((p.dark, p.glow), (p.deep, p.pale), (p.main, p.pale), (p.dark, p.main)))
    sheet.fill(ground)
    y, count = 218, c.pick((9, 12, 15, 18))
    long, flat = c.whole(160, 185), c.between(0.28, 0.62)
    turned = "".join(
        f'<use href="#e" transform="rotate({num(180 * k / count)})"/>' for k in range(1, count)
    )
    sheet.draw(
        f'<g transform="translate(200 {y})" fill="none" stroke="{ink}"'
        f' stroke-width="{num(c.between(1.6, 3.4))}"><ellipse id="e" rx="{long}"'
        f' ry="{num(long * flat)}"/>{turned}</g>'
    )
    r = long * flat * c.between(0.4, 0.6)
    sheet.disc(200, y, r, p.pale if ink != p.pale else p.glow)
    sheet.path(
        "M-5-30a8 8 0 1 1 10 0l3 16l16-8l2 5l-18 12l4 14l12 16l-6 4l-16-16l-14 18l-6-4l12-20"
        "l-3-14l-16-2v-6l16 0z",
        ground,
        f' transform="translate(200 {y})rotate({c.whole(-50, 50)})scale({r / 46:.2f})"',
    )
    return Ground(ground, plain=True)


def _target(sheet: Sheet) -> Ground:
    """Draw rings in sights, and a stroke across them."""
    p, c = sheet.palette, sheet.chance
    sheet.fill(sheet.fade(p.deep, p.dark))
    x, y, r = c.whole(150, 250), c.whole(190, 240), c.whole(150, 185)
    inks = (p.main, p.dark, p.glow, p.dark, p.main, p.pale)
    rings = c.whole(4, 6)
    for k in range(rings):
        sheet.disc(x, y, r * (1 - k / rings), inks[k])
    if c.odds(0.55):
        for k in range(3):
            at = y - 120 + k * 70 + c.whole(-20, 20)
            tall = c.whole(8, 30)
            sheet.shape(
                ((-10, at + 150), (410, at - 60), (410, at - 60 + tall), (-10, at + 150 + tall)),
                p.glow if k % 2 else p.pale,
                ' opacity=".9"',
            )
    sheet.line(f"M{x} {y - r - 30}V{y + r + 30}M{x - r - 30} {y}H{x + r + 30}", p.pale, 2)
    return Ground(p.dark)


FORMS: dict[str, Scene] = {
    "bauhaus": _bauhaus,
    "cutout": _cutout,
    "rays": _rays,
    "stairs": _stairs,
    "spiral": _spiral,
    "target": _target,
}
