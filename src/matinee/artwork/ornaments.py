"""Scenes of ornament: a giant letter, arches, and discs that float or hang on strings."""

from __future__ import annotations

from matinee.artwork.palettes import Chance
from matinee.artwork.sheet import HEIGHT, WIDTH, Ground, Scene, Sheet, num

__all__ = ["ORNAMENTS"]

_FLOOR = 415


def _letter(sheet: Sheet) -> Ground:
    """Set the name's first letter as large as the sheet, printed twice out of register."""
    p, c = sheet.palette, sheet.chance
    ground, first, second = c.pick(
        (
            (p.pale, p.glow, p.main),
            (p.pale, p.main, p.deep),
            (p.deep, p.main, p.glow),
            (p.glow, p.pale, p.dark),
        )
    )
    sheet.fill(ground)
    x, y, off = c.whole(170, 230), c.whole(372, 392), c.whole(12, 26)
    face = c.pick(
        ("Georgia,'Liberation Serif',serif", "'Helvetica Neue',Helvetica,Arial,sans-serif")
    )
    size = c.whole(400, 470)
    look = f'font-family="{face}" font-weight="800" font-size="{size}" text-anchor="middle"'
    sheet.words(sheet.initial, f'x="{x - off}" y="{y - off}" fill="{first}" {look}')
    sheet.words(sheet.initial, f'x="{x + off}" y="{y}" fill="{second}" fill-opacity=".82" {look}')
    sheet.rect(28, 404, c.whole(40, 344), 5, paint=second)
    return Ground(ground, plain=True)


def _arches(sheet: Sheet) -> Ground:
    """Draw arches within arches, or an arcade of two storeys."""
    p, c = sheet.palette, sheet.chance
    ground = c.pick((p.pale, p.glow, p.deep))
    sheet.fill(ground)
    inks = c.pick(
        (
            (p.deep, p.main, p.glow, p.pale),
            (p.main, p.pale, p.main, p.dark),
            (p.dark, p.main, p.deep, p.glow),
            (p.glow, p.deep, p.pale, p.main),
        )
    )
    if c.odds(0.6):
        _nested(sheet, ground, inks)
    else:
        _arcade(sheet, ground, inks)
    sheet.rect(0, _FLOOR, WIDTH, HEIGHT - _FLOOR, paint=p.dark)
    return Ground(p.dark, plain=True)


def _nested(sheet: Sheet, ground: str, inks: tuple[str, ...]) -> None:
    p, c = sheet.palette, sheet.chance
    count = c.whole(4, 6)
    for k in range(count):
        half = 176 - k * (140 / count)
        top = 60 + k * (190 / count) + half
        paint = inks[k % 4] if inks[k % 4] != ground or k else p.dark
        r = num(half)
        arch = f"M{num(200 - half)} {_FLOOR}V{num(top)}a{r} {r} 0 0 1 {num(2 * half)} 0V{_FLOOR}z"
        sheet.path(arch, paint)
    innermost = inks[(count - 1) % 4]
    sheet.disc(200, c.whole(300, 345), 24, p.pale if innermost != p.pale else p.glow)


def _arcade(sheet: Sheet, ground: str, inks: tuple[str, ...]) -> None:
    p, c = sheet.palette, sheet.chance
    for k in range(6):
        x, row = 12 + k % 3 * 128, k // 3
        foot, paint = 220 + row * 196, inks[(k + row) % 4]
        paint = paint if paint != ground else p.dark
        sheet.path(f"M{x} {foot}v-120a60 60 0 0 1 120 0v120z", paint)
        inner = c.pick((p.pale, p.glow, p.dark, p.main))
        inner = inner if inner != paint else p.deep
        if c.odds(0.5):
            sheet.disc(x + 60, foot - 110, c.whole(18, 40), inner)
        else:
            sheet.path(f"M{x + 24} {foot}v-112a36 36 0 0 1 72 0v112z", inner)


def _balloons(sheet: Sheet) -> Ground:
    """Draw discs of all sizes that do not touch; some are on strings."""
    p, c = sheet.palette, sheet.chance
    ground = c.pick((p.pale, p.pale, p.main, p.dark))
    sheet.fill(ground)
    inks = tuple(ink for ink in (p.deep, p.main, p.glow, p.dark, p.pale) if ink != ground)
    strings = c.odds(0.45)
    placed = _apart(sheet.chance)
    if strings:
        lines = "".join(
            f"M{num(x)} {num(y + r)}Q{num(x + 12)} {num(y / 2 + 215)} {num(140 + x * 0.3)} 432"
            for x, y, r in placed
        )
        sheet.line(lines, p.dark if ground != p.dark else p.pale, 1.3)
    for x, y, r in placed:
        paint = c.pick(inks)
        sheet.disc(x, y, r, paint)
        if r > 24 and c.odds(0.5):
            sheet.disc(x, y, r * c.pick((0.35, 0.6)), c.pick(tuple(i for i in inks if i != paint)))
        elif r > 20 and c.odds(0.5):
            other = c.pick(tuple(i for i in inks if i != paint))
            sheet.path(f"M{num(x - r)} {num(y)}a{num(r)} {num(r)} 0 0 1 {num(2 * r)} 0z", other)
    return Ground(ground, plain=not strings)


def _apart(chance: Chance) -> list[tuple[float, float, float]]:
    """Return up to 17 circles (x, y, radius) of which no two touch, the first ones large."""
    placed: list[tuple[float, float, float]] = []
    for _ in range(90):
        r = chance.between(14, 78) if len(placed) < 6 else chance.between(8, 34)
        x, y = chance.between(10, 390), chance.between(10, 395 - r)
        if all((x - a) ** 2 + (y - b) ** 2 > (r + q + 7) ** 2 for a, b, q in placed):
            placed.append((x, y, r))
        if len(placed) == 17:
            break
    return placed


ORNAMENTS: dict[str, Scene] = {"letter": _letter, "arches": _arches, "balloons": _balloons}
