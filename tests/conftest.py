"""What all tests share: one Hypothesis profile, and the skip of what needs outside data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "matinee",
    derandomize=True,  # the same examples for everyone, so that a red run can be repeated
    deadline=None,  # speed lives in benchmarks/
    max_examples=50,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("matinee")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked `data` where MATINEE_DATA names no folder."""
    if os.environ.get("MATINEE_DATA"):
        return
    skip = pytest.mark.skip(reason="set MATINEE_DATA to the folder that holds the data sets")
    for item in items:
        if item.get_closest_marker("data") is not None:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of outside data sets; only tests marked `data` may ask for it."""
    return Path(os.environ["MATINEE_DATA"])


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent
