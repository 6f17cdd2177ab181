"""The meaning of synopses: what two texts without a common word may share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from matinee.content.text import encoder, remembered
from matinee.data import Catalogue
from matinee.models.lexicon import Lexicon
from matinee.models.meaning import Meaning
from matinee.models.sources.content import Content
from matinee.testing.checkerboard import dataset_of, history_of, request_of
from matinee.types import Floats, Title


def film(number: int, synopsis: str) -> Title:
    return Title(title_id=f"t{number}", name="Heat", synopsis=synopsis)


SEA = [
    film(0, "shark attacks beach"),
    film(1, "shark attacks sailor"),
    film(2, "sailor meets whale"),
    film(3, "whale hunts captain"),
    film(4, "bride plans wedding"),
    film(5, "wedding bride dances"),
]


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_words_lie_on_the_axes_of_a_dense_decomposition(seed: int, dims: int) -> None:
    rng = np.random.default_rng(seed)
    words = np.where(rng.random((9, 7)) < 0.5, rng.random((9, 7)), 0).astype(np.float32)
    meaning = Meaning.of_words(sparse.csr_array(words), dims=dims, rng=rng)
    _, strength, turned = np.linalg.svd(words.astype(np.float64))
    dims = min(dims, int((strength > 1e-4 * strength[0]).sum()))
    found = words @ meaning.axes[:, :]
    twin = words @ turned[:dims].T
    assert meaning.size == dims
    np.testing.assert_allclose(found @ found.T, twin @ twin.T, atol=1e-3)


def test_texts_without_a_common_word_are_alike_through_a_third() -> None:
    lexicon = Lexicon.of(SEA)
    words = lexicon.words(lexicon.laid(SEA))
    meaning = Meaning.of_words(words, dims=2, rng=np.random.default_rng(0))
    told = meaning.laid(SEA, words, None)
    assert (words[[0]] @ words[[2]].T).sum() == 0
    assert told[0] @ told[2] > 0.5
    assert abs(told[0] @ told[4]) < 0.1


def test_nobody_who_says_nothing_has_a_meaning() -> None:
    films = [film(0, ""), film(1, "")]
    lexicon = Lexicon.of(films)
    meaning = Meaning.of_words(
        lexicon.words(lexicon.laid(films)), dims=3, rng=np.random.default_rng(0)
    )
    assert meaning.size == 0
    assert meaning.laid(films, None, None).shape == (2, 0)


def test_a_new_title_is_proposed_for_what_its_synopsis_means() -> None:
    data = dataset_of([history_of([0]), history_of([4])], titles=0)
    data = type(data)(Catalogue.of(SEA), data.profiles, data.histories, data.at, data.upto)
    fitted = Content(text="words", text_dims=2).fit(data, np.random.default_rng(0))
    newer = Catalogue.of([*SEA, film(6, "captain hunts whale"), film(7, "bride dances")])
    scores = fitted.with_titles(newer).scores([request_of(history_of([0]), titles=8)])[0]
    assert scores[6] > scores[7]


@dataclass
class Counting:
    """An encoder that tells how many texts it was asked for."""

    asked: list[str] = field(default_factory=list)
    fails_after: int = 10**9
    name: str = "counting-1"

    def vectors(self, texts: Sequence[str]) -> Floats:
        if len(self.asked) >= self.fails_after:
            raise KeyboardInterrupt
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32).reshape(-1, 2)


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    texts = ["one", "three", "one"]
    found = remembered(first, texts, tmp_path)
    np.testing.assert_array_equal(found, [[3, 1], [5, 1], [3, 1]])
    np.testing.assert_array_equal(remembered(second, texts, tmp_path), found)
    assert first.asked == ["one", "three"]
    assert second.asked == []


def test_what_was_encoded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(100)]
    with pytest.raises(KeyboardInterrupt):
        remembered(Counting(fails_after=32), texts, tmp_path)
    after = Counting()
    assert len(remembered(after, texts, tmp_path)) == 100
    assert len(after.asked) == 100 - 32


def test_without_a_folder_nothing_is_kept() -> None:
    assert remembered(Counting(), [], None).shape == (0, 2)
    assert len(remembered(Counting(), [str(n) for n in range(70)], None)) == 70


def test_an_unknown_encoder_is_told_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="no text encoder called 'bert'; there are use"):
        encoder("bert")


def test_sentences_of_one_meaning_are_nearer_than_others() -> None:
    told = encoder("use").vectors(
        [
            "A huge shark threatens swimmers.",
            "Un requin attaque des baigneurs.",
            "Two nuns sing.",
            "",
        ]
    )
    np.testing.assert_allclose(np.linalg.norm(told[:3], axis=1), 1, atol=1e-3)
    assert told[0] @ told[1] > told[0] @ told[2] + 0.1
    assert not told[3].any()


def test_the_encoder_tells_new_titles_from_each_other(tmp_path: Path) -> None:
    films = [
        film(row, f"{text}.") for row, text in enumerate(("A shark bites", "A wedding", "War"))
    ]
    data = dataset_of([history_of([0])], titles=0)
    data = type(data)(Catalogue.of(films), data.profiles, data.histories, data.at, data.upto)
    recipe = Content(text="use", text_dims=2, vectors=str(tmp_path))
    fitted = recipe.fit(data, np.random.default_rng(0))
    newer = Catalogue.of([*films, film(3, "Un requin attaque."), film(4, "They marry.")])
    scores = fitted.with_titles(newer).scores([request_of(history_of([0]), titles=5)])[0]
    assert scores[3] > scores[4]


def test_a_meaning_needs_a_dimension() -> None:
    with pytest.raises(ValueError, match="text_dims is 0; it must be at least 1"):
        Content(text_dims=0)
