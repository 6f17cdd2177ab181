"""Several bundles are live at once: who names one gets a whole page of it, and nobody else."""

from __future__ import annotations

import pytest

from house import NOW, furnish
from matinee.models import TrainSettings
from matinee.service import Config, HomeQuery, Matinee, RefusedError, RowsQuery
from matinee.stores import memory_stores
from matinee.training import train
from matinee.types import BundleId, Moment, PageId, Title


@pytest.fixture
def matinee() -> Matinee:
    stores = memory_stores()
    furnish(stores)
    return Matinee(stores, Config(), b"k" * 32)


def trained(matinee: Matinee, source: str, n: int) -> BundleId:
    settings = TrainSettings(source=source, holdout=0.0)
    return train(matinee.stores, settings, now=Moment(NOW + n), seed=n)


def scored(matinee: Matinee, bundle: str | None, seed: int) -> tuple[str | None, dict[str, float]]:
    query = HomeQuery(profile="p1", columns=8, include=("scores",), bundle=bundle)
    view = matinee.home(query, now=NOW, seed=seed)
    return view.bundle, {t.title_id: t.score for row in view.rows for t in row.titles}


def test_a_page_is_made_by_the_bundle_that_it_names(matinee):
    one, other = trained(matinee, "popular", 1), trained(matinee, "item_knn", 2)
    by_live, by_one, by_other = (scored(matinee, b, n) for n, b in enumerate((None, one, other)))
    assert (by_live[0], by_one[0], by_other[0]) == (other, one, other)
    same = by_live[1].keys() & by_other[1].keys()
    assert {title: by_live[1][title] for title in same} == {t: by_other[1][t] for t in same}
    common = by_live[1].keys() & by_one[1].keys()
    assert any(by_live[1][title] != by_one[1][title] for title in common)
    assert scored(matinee, None, 9)[0] == other


def test_a_page_is_made_longer_by_the_bundle_that_made_it(matinee):
    one, _ = trained(matinee, "popular", 1), trained(matinee, "item_knn", 2)
    query = HomeQuery(profile="p1", columns=4, rows=1, bundle=one)
    page = PageId(matinee.home(query, now=NOW, seed=1).page_id)
    matinee.home_rows(page, RowsQuery(after=1), now=NOW, seed=2)
    matinee.stores.bundles.remove(one)
    assert matinee.home_again(page, now=NOW).bundle == one
    with pytest.raises(RefusedError, match=f"no page can be made by '{one}': no bundle"):
        matinee.home_rows(page, RowsQuery(after=2), now=NOW, seed=3)


def test_a_bundle_alongside_knows_new_titles_and_what_is_gone_answers_no_more(matinee):
    one, _ = trained(matinee, "popular", 1), trained(matinee, "item_knn", 2)
    scored(matinee, one, 1)
    matinee.stores.catalogue.upsert([Title(title_id="brand-new", name="New")], now=NOW)
    assert scored(matinee, one, 2)[0] == one
    matinee.stores.bundles.remove(one)
    with pytest.raises(RefusedError, match="no bundle"):
        scored(matinee, one, 3)


def test_more_bundles_than_are_kept_all_answer(matinee):
    made = [trained(matinee, "popular", n) for n in range(7)]
    for round_ in range(2):
        told = [scored(matinee, bundle, 10 * round_ + n)[0] for n, bundle in enumerate(made)]
        assert told == made
