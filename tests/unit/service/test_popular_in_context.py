"""What is popular where the viewer lives, on the device and at the hour of the request."""

from __future__ import annotations

import pytest

from matinee.models import TrainSettings
from matinee.service import Config, HomeQuery, Matinee, RecommendationsQuery
from matinee.stores import memory_stores
from matinee.training import as_of, train
from matinee.types import DAY_MS, DEVICES, Account, Event, Moment, Profile, Title
from matinee.types.event import Thumb

NOW = Moment.parse("2026-11-22T18:00:00Z")  # a Sunday
HOUR = DAY_MS // 24
HERE, THERE = range(6), range(6, 12)
CHILDREN, GROWN = range(12, 18), range(18, 24)


def thumb(profile: int, title: int, *, local_hour: int, device: str, offset: int) -> Event:
    day = NOW - 18 * HOUR - (1 + profile % 20) * DAY_MS
    return Thumb(
        event_id=f"e-{profile}-{title}",
        profile_id=f"p{profile}",
        title_id=f"t{title}",
        at=Moment(day + local_hour * HOUR - offset * 60_000),
        device=device,  # type: ignore[arg-type]  # one of DEVICES
        tz_offset_min=offset,
        value=1,
    )


@pytest.fixture(scope="module")
def matinee() -> Matinee:
    """Belgians and Dutch like films of their own; cartoons are for mornings on the tablet."""
    stores = memory_stores()
    stores.catalogue.upsert([Title(title_id=f"t{n}", name=f"Film {n}") for n in range(24)], now=NOW)
    events = []
    for n in range(120):
        home = ("NL", "BE", None)[n % 3]
        account = Account(account_id=f"a{n}", country=home)
        stores.profiles.put_account(account, now=NOW)
        stores.profiles.put_profile(Profile(profile_id=f"p{n}", account_id=f"a{n}"), now=NOW)
        own = HERE if home == "NL" else THERE
        offset = (-480, 60)[n // 3 % 2]
        for k in range(3):
            at = {"local_hour": (n * 5 + k) % 24, "offset": offset}
            events.append(thumb(n, own[(n // 3 + k) % 6], device=DEVICES[(n + k) % 4], **at))
            young, old = CHILDREN[(n + k) % 6], GROWN[(n + k) % 6]
            events.append(thumb(n, young, local_hour=8, device="tablet", offset=offset))
            events.append(thumb(n, old, local_hour=1, device="tv", offset=offset))
    for name, home in (("dutch", "NL"), ("belgian", "BE")):
        stores.profiles.put_account(Account(account_id=name, country=home), now=NOW)
        stores.profiles.put_profile(Profile(profile_id=name, account_id=name), now=NOW)
    receipt = stores.log.append(events, now=NOW)
    assert receipt.count("stored") == len(events)
    train(stores, settings=TrainSettings(source="popular"), now=NOW, seed=1)
    return Matinee(stores, Config(), b"a key that only these tests know")


def scores(matinee: Matinee, query: HomeQuery, now: Moment = NOW) -> dict[int, float]:
    view = matinee.home(query, now=now, seed=1)
    [row] = [row for row in view.rows if row.kind == "top_picks"]
    return {int(tile.title_id[1:]): tile.score for tile in row.titles}


def usual(found: dict[int, float], titles: range) -> float:
    return sum(found[title] for title in titles) / len(titles)


def asked(profile: str, **said: object) -> HomeQuery:
    return HomeQuery(profile=profile, include=("scores",), preview=True, **said)  # type: ignore[arg-type]  # checked by msgspec


def test_the_account_says_the_country_where_the_request_does_not(matinee: Matinee) -> None:
    dutch, belgian = scores(matinee, asked("dutch")), scores(matinee, asked("belgian"))
    abroad = scores(matinee, asked("dutch", country="BE"))
    assert usual(dutch, HERE) - usual(dutch, THERE) > usual(belgian, HERE) - usual(belgian, THERE)
    assert abroad == belgian
    listed = [
        [
            title.title_id
            for title in matinee.recommendations(
                RecommendationsQuery(profile=profile, k=24), now=NOW, seed=1, request_id="r"
            ).titles
        ]
        for profile in ("dutch", "belgian")
    ]
    assert listed[0] != listed[1]


def test_mornings_on_the_tablet_are_the_childrens_by_the_viewers_own_clock(
    matinee: Matinee,
) -> None:
    morning = Moment(NOW - 2 * HOUR)  # 8 in the morning eight hours west of Greenwich
    young = scores(matinee, asked("dutch", device="tablet", tz_offset_min=-480), morning)
    night = scores(matinee, asked("dutch", device="tv", tz_offset_min=540), morning)  # 1 at night
    assert usual(young, CHILDREN) > usual(young, GROWN) + 0.5
    assert usual(night, GROWN) > usual(night, CHILDREN) + 0.5


def test_an_hour_that_is_not_said_is_not_guessed(matinee: Matinee) -> None:
    morning, evening = (
        scores(matinee, asked("dutch", device="web"), Moment(NOW + hours * HOUR))
        for hours in (-10, 0)
    )
    assert morning == evening


def test_training_data_say_where_accounts_signed_up() -> None:
    stores = memory_stores()
    stores.catalogue.upsert([Title(title_id="t1", name="Film")], now=NOW)
    for name, home in (("x", None), ("y", "FR")):
        stores.profiles.put_account(Account(account_id=name, country=home), now=NOW)
        stores.profiles.put_profile(Profile(profile_id=name, account_id=name), now=NOW)
    assert as_of(stores, at=NOW).countries == (None, "FR")
