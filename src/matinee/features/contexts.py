"""Where, on what and when: the contexts by which what is popular differs.

An act's local time is known where it says its device or an offset from UTC: what says neither, as
an import of bare ratings, is told in UTC, which is nobody's clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from matinee.data import Dataset
from matinee.features.sessions import hours_of_week
from matinee.types import DEVICES, Request

__all__ = ["DAYPARTS", "FEWEST", "WEEK", "coded", "context", "contexts"]

DAYPARTS: tuple[str, ...] = ("night", "morning", "day", "evening")
"""Six hours each by the viewer's own clock, from midnight."""
WEEK: tuple[str, ...] = ("weekdays", "weekend")
"""Monday to Friday; Saturday and Sunday."""
FEWEST = 20
"""Profiles of a country that is told apart."""

_OF_WEEK = np.append(np.arange(168), -1)  # its last: where the hour is not known
_PART_OF = np.where(_OF_WEEK < 0, -1, _OF_WEEK % 24 // (24 // len(DAYPARTS))).astype(np.int16)
_WEEK_OF = np.where(_OF_WEEK < 0, -1, _OF_WEEK // 24 >= 5).astype(np.int16)


def context(request: Request) -> dict[str, str]:
    """Return what is known of a request's context: by kind, one of `contexts`' names."""
    found: dict[str, str] = {}
    if request.country is not None:
        found["country"] = request.country
    if request.device is not None:
        found["device"] = request.device
    if request.tz_offset_min is not None:
        at, offset = np.array([request.at]), np.array([request.tz_offset_min], np.int16)
        hour = int(hours_of_week(at, offset)[0])
        found["daypart"], found["week"] = DAYPARTS[_PART_OF[hour]], WEEK[_WEEK_OF[hour]]
    return found


def contexts(data: Dataset) -> dict[str, tuple[str, ...]]:
    """Return the names of the contexts by kind; kinds of which nothing is known are left out.

    The country is that in which the profile's account signed up; one of fewer than `FEWEST`
    profiles that liked anything is none, or what is popular there would tell what they like.
    """
    entries = data.histories.entries
    likes = np.diff(np.append(0, np.cumsum(entries.weights > 0))[data.histories.indptr])
    often = Counter(compress(data.countries, (likes > 0).tolist()))
    countries = tuple(sorted(one for one in often if one and often[one] >= FEWEST))
    names: dict[str, tuple[str, ...]] = {"country": countries} if countries else {}
    if (entries.devices >= 0).any():
        names["device"] = DEVICES
    if "device" in names or entries.tz_offsets.any():
        names |= {"daypart": DAYPARTS, "week": WEEK}
    return names


def coded(
    data: Dataset, rows: slice, names: Mapping[str, tuple[str, ...]]
) -> dict[str, NDArray[np.int16]]:
    """Return the contexts of some entries of all histories, (entries,) each, as `contexts`' places.

    −1: not known.
    """
    entries, indptr = data.histories.entries, data.histories.indptr
    found: dict[str, NDArray[np.int16]] = {}
    if "country" in names:
        place = {country: code for code, country in enumerate(names["country"])}
        first, last = np.searchsorted(indptr, (rows.start, rows.stop - 1), side="right").tolist()
        homes = [place.get(one or "", -1) for one in data.countries[first - 1 : last]]
        ends = np.minimum(np.maximum(indptr[first - 1 : last + 1], rows.start), rows.stop)
        found["country"] = np.repeat(np.array(homes, np.int16), ends[1:] - ends[:-1])
    if "device" in names:
        found["device"] = entries.devices[rows].astype(np.int16)
    if "daypart" in names:
        offsets = entries.tz_offsets[rows]
        known = (entries.devices[rows] >= 0) | (offsets != 0)
        hours = np.where(known, hours_of_week(entries.at[rows], offsets), -1)
        found["daypart"], found["week"] = _PART_OF[hours], _WEEK_OF[hours]
    return found
