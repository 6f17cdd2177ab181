"""Colours and moods of generated posters: a genre has a mood, a mood its palettes and scenes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

__all__ = ["MOODS", "Chance", "Mood", "Palette", "mix", "mood"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Palette:
    """Five colours from night to paper, as `#rrggbb`."""

    dark: str
    deep: str
    main: str
    glow: str
    pale: str


@dataclass(frozen=True, slots=True)
class Mood:
    """What a kind of story looks like."""

    palettes: tuple[Palette, ...]
    scenes: tuple[str, ...]
    letters: tuple[str, ...]


class Chance:
    """A stream of numbers that a text decides (SplitMix64): the same text, the same poster."""

    def __init__(self, text: str) -> None:
        self._state = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")

    def bits(self) -> int:
        """Return the next 64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return z ^ (z >> 31)

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` up to `high`."""
        return low + (high - low) * (self.bits() >> 11) / 9007199254740992.0

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.bits() % (high - low + 1)

    def pick(self, options: tuple[T, ...]) -> T:
        """Return one of the options."""
        return options[self.bits() % len(options)]

    def odds(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.between(0, 1) < share


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that is `share` of the way from the first to the second."""
    a, b = int(first[1:], 16), int(second[1:], 16)
    parts = (
        round(((a >> s) & 255) + (((b >> s) & 255) - ((a >> s) & 255)) * share) for s in (16, 8, 0)
    )
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _palettes(*rows: str) -> tuple[Palette, ...]:
    return tuple(Palette(*(f"#{colour}" for colour in row.split())) for row in rows)


MOODS: dict[str, Mood] = {
    "kids": Mood(
        _palettes(
            "1b4965 1f7a8c 62b6cb ffca3a fffbea",
            "31255a 7353ba f490b5 ffd23f fff7f0",
            "0b4f3f 2a9d8f 8ac926 ff924c fffdf0",
            "163172 1e56a0 64b5f6 ff595e fff9e6",
            "4a2040 a23b72 f4845f f7d08a fff8e7",
        ),
        ("balloons", "ridges", "waves", "bauhaus", "sun", "orbits", "arches", "flower"),
        ("round", "round", "grotesk"),
    ),
    "western": Mood(
        _palettes(
            "2d1e17 6f3a22 c1693c f2b263 fbecd3",
            "1f2a44 5a3e4b b5533c f0a35e f8e6cc",
            "26221c 5b4b37 a3764a e3b778 f5ead6",
        ),
        ("mesa", "mesa", "road", "sun", "house"),
        ("slab", "poster"),
    ),
    "horror": Mood(
        _palettes(
            "0a0908 22181c 5e0b15 c1121f f2e9d8",
            "050a0a 0f2a2a 2f5d50 a7c957 eef0d5",
            "12071f 2d1140 5b1a63 ff4d6d fbe4e8",
            "0c0c10 1f2030 454766 d8dbe2 ffffff",
            "100c08 2b1d0e 6b2d0f e85d04 f7e1c0",
        ),
        ("eye", "forest", "house", "spiral", "portrait", "cutout", "blinds"),
        ("serif", "poster", "wide"),
    ),
    "noir": Mood(
        _palettes(
            "0d1321 1d2d44 3e5c76 e09f3e f0ebd8",
            "10100f 2b2d2f 5c5f61 c9a227 efe9dc",
            "0b132b 1c2541 3a506b 5bc0be e8f1f2",
            "161a1d 660708 a4161a e5383b f5f3f4",
            "14110f 34312d 7e7f83 d9c5b2 f3f3f4",
        ),
        ("blinds", "city", "portrait", "spiral", "cutout", "road", "target", "stairs"),
        ("poster", "wide", "serif", "grotesk"),
    ),
    "war": Mood(
        _palettes(
            "1b1f17 3a4031 6b705c cb997e f0e6d6",
            "14181b 33393d 6a6f69 b7472a e9e4d8",
            "1e2019 4a4e3c 8a8565 d9b26f f3ecdc",
        ),
        ("sun", "ridges", "rays", "target", "forest", "portrait"),
        ("poster", "slab", "wide"),
    ),
    "musical": Mood(
        _palettes(
            "240046 5a189a c9184a ffb703 fff3e4",
            "1a0b2e 712b75 ef4b6c f9d56e fff6e9",
            "0b2545 134074 d81e5b f4d35e fbf7ee",
        ),
        ("rays", "waves", "bauhaus", "balloons", "spiral", "arches"),
        ("round", "wide", "poster"),
    ),
    "scifi": Mood(
        _palettes(
            "03071e 14213d 3a0ca3 4cc9f0 e0fbfc",
            "0b0c2a 2b1b5a 7b2cbf ff6ec7 f8e9ff",
            "001219 005f73 0a9396 94d2bd f1faee",
            "0d1b2a 1b3a4b 3d6b80 ff9f1c fff3e0",
            "14080e 49475b 799496 e9eb9e fbfbe8",
        ),
        ("orbits", "orbits", "city", "stairs", "target", "sun", "spiral", "arches"),
        ("wide", "wide", "grotesk"),
    ),
    "documentary": Mood(
        _palettes(
            "1a1a1a 3d3d3d 0f6e84 f4b942 f4f1ea",
            "14213d 2f3e5c d1495b edae49 f7f3ea",
            "202a25 38544a 5b8e7d f4a259 f6f1e7",
            "242038 4b4376 8d86c9 f2c6a0 fdfaf5",
        ),
        ("letter", "bauhaus", "eye", "waves", "ridges", "stairs"),
        ("grotesk", "wide", "grotesk"),
    ),
    "romance": Mood(
        _palettes(
            "3d0e24 7d1d3f c9405d f7a072 fff1e6",
            "2b2d5b 5e548e be95c4 e8b4bc fdf0f0",
            "4a1c40 893168 e26d8c ffc2b4 fff5ee",
            "263b3a 48716e d98880 f6c6b6 fbf3ea",
            "1d3461 376996 f46036 ffd5c2 fff4ec",
        ),
        ("flower", "couple", "sun", "waves", "arches", "city", "couple"),
        ("italic", "serif", "wide", "italic"),
    ),
    "adventure": Mood(
        _palettes(
            "0f2419 1f4d3a 3f8f6b f2c14e f7f4e3",
            "16213e 2b4f81 5fa8d3 f6ae2d fef9ef",
            "2b1d3a 5a3a78 a267ac f3b562 fcf3e3",
            "102a43 1f5f7a 3aa6a1 ffd07b f5fbef",
        ),
        ("ridges", "arches", "forest", "waves", "sun", "orbits", "road"),
        ("serif", "wide", "slab"),
    ),
    "action": Mood(
        _palettes(
            "111111 3b1c10 c8391b ff8c1a fdf0e0",
            "0d1117 22303c 4c6a80 f95738 f2f4f3",
            "17120f 4a2c17 b5651d ffd60a fff6e0",
            "10002b 3c096c c1121f ff7b00 fff0e5",
        ),
        ("target", "rays", "road", "city", "cutout", "sun"),
        ("poster", "poster", "grotesk"),
    ),
    "comedy": Mood(
        _palettes(
            "22223b ef476f ffd166 06d6a0 fffcf2",
            "1d3557 e63946 f4a261 a8dadc f9f7ee",
            "2d2a32 dd6e42 f2c14e 5fad56 fdf6e3",
            "233d4d fe7f2d fcca46 a1c181 fbf6e9",
            "3a0ca3 f72585 ffbe0b 4cc9f0 fff8f0",
            "2f2d2e 4b8f8c f7a399 fdd692 fff9ef",
        ),
        ("bauhaus", "balloons", "cutout", "rays", "letter", "stairs", "arches"),
        ("grotesk", "round", "poster", "grotesk"),
    ),
    "drama": Mood(
        _palettes(
            "1d2a33 30525c 6a8d92 e0a458 f6efe2",
            "2a1a2e 553555 8a5a83 e9b44c f7ede2",
            "1c1f2b 3a4463 7682a4 e07a5f f4f1de",
            "20302b 3f5e52 84a98c e6b89c f5f0e6",
            "2e1f1b 6d4c3d b08968 ddb892 f5ebe0",
            "0e2431 345b63 c9463d f0b67f fbf1e4",
        ),
        (
            "portrait",
            "house",
            "sun",
            "ridges",
            "city",
            "flower",
            "stairs",
            "forest",
            "couple",
            "letter",
            "arches",
        ),
        ("serif", "wide", "italic", "grotesk"),
    ),
}

_MOOD_OF = {
    "Children": ("kids", 5),
    "Animation": ("kids", 3),
    "Western": ("western", 6),
    "Horror": ("horror", 5),
    "Film-Noir": ("noir", 6),
    "Crime": ("noir", 2),
    "Mystery": ("noir", 2),
    "Thriller": ("noir", 2),
    "War": ("war", 4),
    "History": ("war", 2),
    "Musical": ("musical", 4),
    "Music": ("musical", 4),
    "Sci-Fi": ("scifi", 4),
    "Science Fiction": ("scifi", 4),
    "Documentary": ("documentary", 6),
    "Romance": ("romance", 2),
    "Fantasy": ("adventure", 2),
    "Adventure": ("adventure", 2),
    "Family": ("kids", 3),
    "Action": ("action", 2),
    "Comedy": ("comedy", 2),
    "Drama": ("drama", 1),
}
"""A genre's mood, and how much more it says of a title's looks than others do."""


def mood(genres: Iterable[str], chance: Chance) -> Mood:
    """Return a mood of one of the genres, the telling ones most often; drama if none is known."""
    known = [_MOOD_OF[genre] for genre in genres if genre in _MOOD_OF]
    weighted = tuple(name for name, weight in known for _ in range(weight * weight))
    return MOODS[chance.pick(weighted)] if weighted else MOODS["drama"]
