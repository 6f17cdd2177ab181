"""Setting a title: where lines break, how large they are, and in which letters.

Fonts are the viewer's own, so widths are estimated for the first of each stack and every line is
held to its estimate by `textLength`: wherever a poster is seen, its title fits.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise

__all__ = ["FACES", "Face", "Setting", "set_title"]

_LEADING = 1.08
_SMALLEST, _LARGEST = 19.0, 74.0
_MOST_LINES = 5
_FEW_WORDS = 9
"""Up to so many words every way to break them is tried."""
_SHORTEST = 4
_WIDTHS = (
    ("iljI.,:;'!|’·", 0.28),
    ('ftr()[]-–/" ', 0.36),
    ("szck?J1", 0.53),
    ("mw%@—", 0.86),
    ("MW&", 0.88),
    ("ABCDEFGHKLNOPQRSTUVXYZ", 0.7),
)
_OF = {letter: width for letters, width in _WIDTHS for letter in letters}
_OTHERWISE = 0.58


@dataclass(frozen=True, slots=True)
class Face:
    """A way of setting: font stack, weight and style, against the widths of a bold Helvetica."""

    family: str
    weight: int
    factor: float
    capitals: bool = False
    tracking: float = 0.0
    """Added between letters, in em."""
    centred: bool = True
    italic: bool = False


FACES = {
    "grotesk": Face("'Helvetica Neue',Helvetica,Arial,sans-serif", 800, 1.0, centred=False),
    "poster": Face(
        "Impact,Haettenschweiler,'Liberation Sans Narrow','Arial Narrow',sans-serif",
        700,
        0.82,
        capitals=True,
    ),
    "wide": Face(
        "Futura,'Avenir Next','Century Gothic',Helvetica,Arial,sans-serif",
        600,
        0.98,
        capitals=True,
        tracking=0.16,
    ),
    "serif": Face("Didot,'Bodoni 72',Georgia,'Liberation Serif',serif", 700, 0.92),
    "italic": Face("Baskerville,Georgia,'Liberation Serif',serif", 600, 0.86, italic=True),
    "slab": Face("Rockwell,'Roboto Slab',Georgia,'DejaVu Serif',serif", 700, 1.08, capitals=True),
    "round": Face(
        "ui-rounded,'Arial Rounded MT Bold',Nunito,Verdana,'DejaVu Sans',sans-serif", 800, 1.12
    ),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines with their widths at a size, in pixels; `height` is that of the block."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]
    size: float

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline, about."""
        return self.size * (0.74 + _LEADING * (len(self.lines) - 1))

    @property
    def leading(self) -> float:
        """From one baseline to the next."""
        return self.size * _LEADING


def set_title(name: str, face: Face, *, width: float, height: float) -> Setting:
    """Return the breaking of a name that makes its letters largest within a box.

    Very long names are cut with an ellipsis where even the smallest size holds no more.
    """
    text = name.upper() if face.capitals else name
    setting = _largest(text.split() or ["?"], face, width=width, height=height)
    kept = text
    while setting.size < _SMALLEST and len(kept) > _SHORTEST:
        kept = kept[: int(len(kept) * 0.85)].rstrip()
        setting = _largest(f"{kept}…".split(), face, width=width, height=height)
    return setting


def _largest(words: list[str], face: Face, *, width: float, height: float) -> Setting:
    """Return the setting in the largest letters; one line more must make them 6 % larger."""
    ems = [_em(word, face) for word in words]
    space = _em(" ", face)
    size, broken = 0.0, [range(len(words))]
    for count in range(1, min(_MOST_LINES, len(words)) + 1):
        lines = _balanced(ems, space, count)
        widest = max(sum(ems[k] for k in line) + space * (len(line) - 1) for line in lines)
        fits = min(width / widest, height / (0.74 + _LEADING * (count - 1)), _LARGEST)
        if fits > size * 1.06:
            size, broken = fits, lines
    said = tuple(" ".join(words[k] for k in line) for line in broken)
    return Setting(said, tuple(size * _em(line, face) for line in said), size)


def _balanced(ems: list[float], space: float, count: int) -> list[range]:
    """Return the words, in order, on `count` lines of which the widest is as narrow as can be.

    With many words the breaks are where equal lines would end, which is close enough.
    """
    ends = list(accumulate(em + space for em in ems))

    def widest(cut: tuple[int, ...]) -> float:
        return max(b - a for a, b in pairwise((0.0, *(ends[k - 1] for k in cut), ends[-1])))

    if len(ems) <= _FEW_WORDS:
        cuts = min(combinations(range(1, len(ems)), count - 1), key=widest)
    else:
        shares = (ends[-1] * k / count for k in range(1, count))
        cuts = tuple(bisect_left(ends, share) + 1 for share in shares)
    return [range(a, b) for a, b in pairwise((0, *cuts, len(ems))) if a < b]


def _em(text: str, face: Face) -> float:
    return sum(_OF.get(letter, _OTHERWISE) * face.factor + face.tracking for letter in text)
