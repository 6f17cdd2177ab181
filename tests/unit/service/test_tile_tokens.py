import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.service import new_id, signing_key
from matinee.service.tokens import Place, Signer
from matinee.types import Moment, PageId, ProfileId

PAGE, PROFILE = PageId("01M826ME80NCAVR3REVJZRHFZZ"), ProfileId("p1")
SIGNER = Signer(b"k" * 32)
TITLES = np.array([5, 0, 2_000_000_000], np.int32)


def test_a_token_names_the_place_that_it_was_given_for():
    tokens = SIGNER.row(PAGE, PROFILE, 3, TITLES)
    assert [SIGNER.place(token, PROFILE) for token in tokens] == [
        Place(PAGE, 3, column, title) for column, title in enumerate(TITLES.tolist())
    ]


def test_an_empty_row_has_no_tokens():
    assert SIGNER.row(PAGE, PROFILE, 0, np.empty(0, np.int32)) == []


def test_a_token_counts_for_its_own_profile_and_key_only():
    token = SIGNER.row(PAGE, PROFILE, 0, TITLES)[0]
    assert SIGNER.place(token, ProfileId("p2")) is None
    assert Signer(b"K" * 32).place(token, PROFILE) is None


def test_the_same_place_of_another_page_has_another_token():
    other = PageId("01M826ME80NCAVR3REVJZRHFZ0")
    mine, others = (SIGNER.row(page, PROFILE, 0, TITLES)[0] for page in (PAGE, other))
    assert SIGNER.place(PAGE + others.removeprefix(other), PROFILE) is None
    assert mine != PAGE + others.removeprefix(other)


@given(at=st.integers(0, 500), letter=st.sampled_from("AZaz09-_=.é"))
def test_a_token_with_any_letter_changed_is_refused(at, letter):
    token = SIGNER.row(PAGE, PROFILE, 7, TITLES)[2]
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        assert SIGNER.place(changed, PROFILE) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_check(text):
    assert SIGNER.place(text, PROFILE) is None


def test_a_signing_key_is_made_once_and_for_its_owner_only(tmp_path):
    key = signing_key(tmp_path)
    assert len(key) == 32
    assert signing_key(tmp_path) == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_damaged_signing_key_is_named(tmp_path):
    (tmp_path / "secret.key").write_text("not hexadecimal")
    with pytest.raises(ValueError, match=r"secret\.key is damaged"):
        signing_key(tmp_path)


def test_ids_sort_by_time_and_differ_by_seed():
    early, late = new_id(Moment(1_000), "x", 1), new_id(Moment(2_000), "x", 0)
    assert early < late
    assert len({new_id(Moment(1_000), "x", seed) for seed in range(100)}) == 100
    assert new_id(Moment(1_000), "x", 1) == early
    assert len(early) == 26
