"""Age group and gender are kept for audits: nothing that recommends, and no answer, knows them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import msgspec
import pytest

from house import KEY, NOW, house
from matinee.models import TrainSettings
from matinee.service import Config, HomeQuery, ListQuery, Matinee, RecommendationsQuery
from matinee.stores import BundleStore
from matinee.training import as_of, train
from matinee.types import ProfileId
from matinee.types.moment import encode_moment

GROUPS = ("under 18", "18-24", "56+")
GENDERS = ("F", "M", "X")


def people(matinee: Matinee) -> list[ProfileId]:
    return [name for name in matinee.stores.profiles.ids() if name != "child"]


def told(matinee: Matinee, shift: int | None) -> None:
    """Give every profile an age group and a gender, by its row and `shift`; None: neither."""
    for row, name in enumerate(matinee.stores.profiles.ids()):
        held = matinee.stores.profiles.profile(name)
        said = {"age_group": None, "gender": None}
        if shift is not None:
            said = {
                "age_group": GROUPS[(row + shift) % 3],
                "gender": GENDERS[(row * 2 + shift) % 3],
            }
        matinee.stores.profiles.put_profile(msgspec.structs.replace(held, **said), now=NOW)


def answers(shift: int | None, bundles: BundleStore) -> bytes:
    """Return every byte that is answered about and for all profiles of a house."""
    matinee = Matinee(replace(house().stores, bundles=bundles), Config(), KEY)
    told(matinee, shift)
    seeds = count(1)
    said: list[object] = [matinee.profiles(ListQuery())]
    for name in people(matinee):
        home = matinee.home(HomeQuery(profile=name, include=("scores",)), now=NOW, seed=next(seeds))
        asked = RecommendationsQuery(profile=name, k=60, include=("scores",))
        listed = matinee.recommendations(asked, now=NOW, seed=next(seeds), request_id="r")
        record = matinee.stores.decisions.read(home.page_id)
        said += [home, listed, record, matinee.profile(name)]
    return msgspec.json.encode(said, enc_hook=encode_moment)


@pytest.fixture(scope="module")
def bundles() -> BundleStore:
    """Trained once: a bundle's name tells how long it took."""
    stores = house().stores
    train(stores, TrainSettings(holdout=0.0), now=NOW, seed=5)
    return stores.bundles


@pytest.fixture(scope="module")
def unsaid(bundles: BundleStore) -> bytes:
    return answers(None, bundles)


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_no_byte_of_any_answer_depends_on_age_group_or_gender(
    unsaid: bytes, bundles: BundleStore, shift: int
) -> None:
    assert len(unsaid) > 100_000
    assert answers(shift, bundles) == unsaid


def test_training_learns_the_same_whatever_age_group_and_gender_are() -> None:
    found = []
    for shift in (None, 0, 1):
        matinee = house()
        told(matinee, shift)
        data = as_of(matinee.stores, at=NOW)
        bundle = train(matinee.stores, TrainSettings(source="ease"), now=NOW, seed=5)
        files = matinee.stores.bundles.manifest(bundle)["files"]
        found.append((data.fingerprint, {name: one["sha256"] for name, one in files.items()}))
    assert found[0] == found[1] == found[2]


def test_only_the_export_of_a_profile_tells_them() -> None:
    """It is for whoever it is about, and for operators."""
    matinee = house()
    told(matinee, 0)
    name = people(matinee)[1]
    whole = matinee.dossier(name)
    assert (whole.profile.age_group, whole.profile.gender) == (GROUPS[1], GENDERS[2])
    assert "age_group" not in type(matinee.profile(name)).__struct_fields__
    assert "gender" not in type(matinee.profile(name)).__struct_fields__
