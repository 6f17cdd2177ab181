"""Every ranker keeps the contract, and every built-in one is held to it."""

from __future__ import annotations

from matinee.data.register import FAMILIES
from matinee.models.rankers.calibrated import Calibrated
from matinee.models.rankers.dpp import Dpp
from matinee.models.rankers.mmr import Mmr
from matinee.models.rankers.popularity_calibrated import PopularityCalibrated
from matinee.parts import load, names
from matinee.testing import RankerContract


class TestMmr(RankerContract):
    name = "mmr"
    ranker = Mmr()


class TestDpp(RankerContract):
    name = "dpp"
    ranker = Dpp()


class TestCalibrated(RankerContract):
    name = "calibrated"
    ranker = Calibrated()


class TestPopularityCalibrated(RankerContract):
    name = "popularity_calibrated"
    ranker = PopularityCalibrated()


def test_every_built_in_ranker_has_a_contract_class() -> None:
    built_in = {
        name
        for name in names("ranker")
        if load("ranker", name).__module__.startswith(FAMILIES["ranker"])
    }
    assert built_in == {cls.name for cls in RankerContract.__subclasses__()}
