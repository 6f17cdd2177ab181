"""Every source keeps the contract, and every registered one is held to it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from matinee.data.register import FAMILIES
from matinee.models.sources.blend import Blend, FittedBlend
from matinee.models.sources.bpr import BPR
from matinee.models.sources.content import Content
from matinee.models.sources.ease import EASE
from matinee.models.sources.edlae import EDLAE
from matinee.models.sources.ials import IALS
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.next_knn import NextKNN
from matinee.models.sources.popular import Popular
from matinee.models.sources.pure_svd import PureSVD
from matinee.models.sources.random import Random
from matinee.models.sources.rp3beta import RP3Beta
from matinee.models.sources.slim import SLIM
from matinee.models.sources.trending import Trending
from matinee.models.sources.user_knn import UserKNN
from matinee.parts import Source, load, names
from matinee.testing import SourceContract
from matinee.types import History, Request, Scores


class TestPopular(SourceContract):
    name = "popular"
    recipe = Popular()
    personal = False
    knows_new = True


class TestTrending(SourceContract):
    name = "trending"
    recipe = Trending()
    knows_new = True


class TestItemKNN(SourceContract):
    name = "item_knn"
    recipe = ItemKNN()


class TestItemKNNOfFewNeighbours(SourceContract):
    name = "item_knn"
    recipe = ItemKNN(neighbours=5, alpha=0.5, shrinkage=0.0, damping=0.0, power=1.0)


class TestItemKNNInNumpy(SourceContract):
    name = "item_knn"
    recipe = ItemKNN(kernel="numpy")


class TestItemKNNByWords(SourceContract):
    name = "item_knn"
    recipe = ItemKNN(weighting="bm25", alpha=0.5)


class TestNextKNN(SourceContract):
    name = "next_knn"
    recipe = NextKNN()
    additive = False


class TestNextKNNOfFewNeighboursLookingAheadOnly(SourceContract):
    name = "next_knn"
    recipe = NextKNN(neighbours=5, reach=1.5, back=0.0, alpha=0.3, shrinkage=0.0, power=1.0)
    additive = False


class TestEASEOfMoreProfilesThanTitles(SourceContract):
    name = "ease"
    recipe = EASE(l2=5.0)


class TestEASEOfMoreTitlesThanProfiles(SourceContract):
    name = "ease"
    recipe = EASE(l2=5.0, power=0.0)
    profiles: ClassVar[int] = 20


class TestEASEOfNearestTitles(SourceContract):
    name = "ease"
    recipe = EASE(l2=5.0, form="sparse", neighbours=6)


class TestEASEOfNearestTitlesInNumpy(SourceContract):
    name = "ease"
    recipe = EASE(l2=5.0, form="sparse", neighbours=6, kernel="numpy")


class TestEDLAEOfNearestTitles(SourceContract):
    name = "edlae"
    recipe = EDLAE(l2=5.0, form="sparse", neighbours=30)


class TestIALSOfFewFactors(SourceContract):
    name = "ials"
    recipe = IALS(factors=4, iterations=4, l2=0.01)
    additive = False


class TestIALSOfMoreFactorsThanLikes(SourceContract):
    name = "ials"
    recipe = IALS(factors=32, iterations=3, l2=0.1, frequency=0.5)
    additive = False


class TestIALSInNumpy(SourceContract):
    name = "ials"
    recipe = IALS(factors=12, iterations=4, l2=0.01, kernel="numpy")
    additive = False


class TestContent(SourceContract):
    name = "content"
    recipe = Content()
    knows_new = True
    additive = False
    heeds_dislikes = True
    described = True


class TestUserKNN(SourceContract):
    name = "user_knn"
    recipe = UserKNN()
    additive = False


class TestUserKNNOfFewNeighbours(SourceContract):
    name = "user_knn"
    recipe = UserKNN(neighbours=7, shrinkage=0.0, amplification=2.0, most=40)
    additive = False


class TestUserKNNOfFewCandidates(SourceContract):
    name = "user_knn"
    recipe = UserKNN(neighbours=7, candidates=30)
    additive = False


class TestRP3Beta(SourceContract):
    name = "rp3beta"
    recipe = RP3Beta()


class TestRP3BetaOfFewNeighbours(SourceContract):
    name = "rp3beta"
    recipe = RP3Beta(neighbours=5, alpha=1.5, beta=0.0, power=1.0)


class TestSLIM(SourceContract):
    name = "slim"
    recipe = SLIM(l1=0.1, l2=1.0)


class TestPureSVD(SourceContract):
    name = "pure_svd"
    recipe = PureSVD(factors=2)


class TestEDLAEOfMoreProfilesThanTitles(SourceContract):
    name = "edlae"
    recipe = EDLAE(l2=5.0)


class TestEDLAEOfMoreTitlesThanProfiles(SourceContract):
    name = "edlae"
    recipe = EDLAE(l2=5.0, dropout=0.5, power=0.0)
    profiles: ClassVar[int] = 20


class TestRandom(SourceContract):
    name = "random"
    recipe = Random()
    personal = False
    knows_new = True


class TestBPR(SourceContract):
    name = "bpr"
    recipe = BPR(factors=6, epochs=60, rate=0.05)
    additive = False


class TestBPRInNumpy(SourceContract):
    name = "bpr"
    recipe = BPR(factors=6, epochs=60, rate=0.05, kernel="numpy")
    additive = False


class TestBPROfSums(SourceContract):
    name = "bpr"
    recipe = BPR(factors=6, epochs=60, rate=0.05, damping=0.0)


class TestBlend(SourceContract):
    name = "blend"
    recipe = Blend(lengths=())
    knows_new = True


class TestBlendByLength(SourceContract):
    name = "blend"
    recipe = Blend(lengths=(3,))
    knows_new = True
    additive = False

    @classmethod
    def unmoved(cls, fitted: Source, request: Request) -> Scores:
        assert isinstance(fitted, FittedBlend)
        nobody = replace(request, history=History.empty())
        found = np.concatenate([one.scores([nobody]) for one in fitted.sources])
        known = np.where(np.isfinite(found), found, 0)
        return np.asarray(fitted.factors([request])[0] @ known, np.float32)


def test_every_source_of_ours_has_a_contract_test() -> None:
    held = {cls.name for cls in SourceContract.__subclasses__() if cls.__module__ == __name__}
    ours = {
        name
        for name in names("source")
        if load("source", name).__module__.startswith(FAMILIES["source"])
    }
    assert held == ours
