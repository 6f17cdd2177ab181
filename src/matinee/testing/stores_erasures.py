"""What erasures promise: the profile is nowhere, nobody else is touched, and it stays gone."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

import msgspec
import pytest

from matinee.stores import (
    PARTS,
    ErasedError,
    Outcome,
    Part,
    Rejected,
    Stores,
    placeholder,
)
from matinee.testing.stores_samples import (
    ANN,
    BOB,
    NOW,
    StoresContract,
    at,
    codes,
    event,
    every_kind,
)
from matinee.types import Account, AccountId, EventId, Moment, PageId, Profile, ProfileId, TitleId

__all__ = ["ErasureContract"]

_FILM1, _FILM2 = TitleId("film1"), TitleId("film2")


def _alone(stores: Stores, name: str) -> None:
    """Add a profile that is the only one of its account, as imports make them."""
    account = Account(account_id=f"{name}-account")
    profile = Profile(profile_id=name, account_id=account.account_id, name="Alone")
    stores.profiles.add_all([account], [profile], now=NOW)


def _turned_away(body: bytes, detail: str = "no event") -> Rejected:
    return Rejected(NOW, Outcome(EventId("odd"), "invalid", detail), body)


class ErasureContract(StoresContract):
    """Override the fixture `stores` with empty stores whose erasures are to be tested."""

    def test_of_an_erased_profile_nothing_is_found_and_of_others_everything(
        self, house: Stores
    ) -> None:
        house.log.append(list(every_kind()), now=NOW)
        theirs = [event(f"bob-{i}", profile_id="bob") for i in range(3)]
        house.log.append(theirs, now=NOW)
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        assert house.profiles.profile(ANN) is None
        assert house.log.counts([ANN, BOB]) == [0, 3]
        assert (house.log.events(ANN), len(house.log.history(ANN))) == ([], 0)
        left = house.log.tail(0).signals
        assert left.profiles.tolist() == [1, 1, 1]
        assert len(house.log.scan(at=at(9), upto=house.log.head())) == 3
        assert house.profiles.profile(BOB) is not None

    def test_rows_stay_where_they_are_and_the_empty_one_is_never_listed(
        self, house: Stores
    ) -> None:
        _alone(house, "cyd")
        house.erasures.begin(BOB, erasure_id="x1", now=at(1))
        assert house.profiles.ids() == ("ann", placeholder(1), "cyd")
        assert house.profiles.profile(placeholder(1)) is None
        _alone(house, "dan")
        assert house.profiles.ids() == ("ann", placeholder(1), "cyd", "dan")
        found: list[str] = []
        cursor = None
        while True:
            page = house.profiles.profiles(limit=1, cursor=cursor)
            found += [profile.profile_id for profile in page.profiles]
            cursor = page.next
            if cursor is None:
                break
        assert found == ["ann", "cyd", "dan"]

    def test_an_account_goes_with_its_last_profile_and_not_before(self, house: Stores) -> None:
        _alone(house, "cyd")
        assert house.erasures.begin(ANN, erasure_id="x1", now=at(1)).account is None
        assert house.profiles.account(AccountId("house")) is not None
        gone = house.erasures.begin(ProfileId("cyd"), erasure_id="x2", now=at(2))
        assert gone.account == "cyd-account"
        assert house.profiles.account(AccountId("cyd-account")) is None

    def test_later_events_are_refused_and_not_even_kept_as_refused(self, house: Stores) -> None:
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        broken = msgspec.structs.replace(event("d"), title_id="no such title")
        flawed = msgspec.structs.replace(event("f"), at="noon")
        said = [event("a"), event("b", profile_id="bob"), broken, flawed]
        for origin in ("live", "import"):
            receipt = house.log.append(said, now=at(2), origin=origin)
            assert codes(receipt)[::2] == ["erased", "erased"]
            assert codes(receipt)[3] == "erased"
            assert all("ann" not in outcome.detail for outcome in receipt.outcomes)
        assert house.log.rejected() == []
        assert house.log.counts([BOB]) == [1]

    def test_what_was_turned_away_goes_with_whom_it_names(self, house: Stores) -> None:
        kept = [
            _turned_away(b'{"profile_id": "anna"}'),
            _turned_away(b'{"profile_id": "bob"}', "no title 'banner'"),
        ]
        house.log.turn_away(
            [
                _turned_away(b'{"kind": "?", "profile_id": "ann"}'),
                _turned_away(b"{}", "no profile 'ann'; create it first"),
                *kept,
            ]
        )
        house.log.append([event("late", at=NOW - 40 * 86_400_000)], now=NOW)
        assert len(house.log.rejected()) == 5
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        assert house.log.rejected() == kept[::-1]

    def test_what_is_turned_away_later_is_not_kept_if_it_names_the_erased(
        self, house: Stores
    ) -> None:
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        other = _turned_away(b'{"profile_id": "bob", "kind": "?"}')
        cut = _turned_away(b'{"kind": "?", "profile_id" : "ann", "title_id": "fil')
        escaped = _turned_away(b'{"profile_id": "\\u0061nn"}')
        house.log.turn_away([cut, other, escaped])
        assert house.log.rejected() == [other]

    def test_an_erased_profile_is_not_made_again(self, house: Stores) -> None:
        _alone(house, "cyd")
        cyd = Profile(profile_id="cyd", account_id="house")
        house.erasures.begin(ProfileId("cyd"), erasure_id="x1", now=at(1))
        for make in (house.profiles.put_profile, house.profiles.add_profile):
            with pytest.raises(ErasedError, match="erased"):
                make(cyd, now=at(2))
        again = Profile(profile_id="cyd", account_id="cyd-account")
        new = Profile(profile_id="new", account_id="new-account")
        accounts = [Account(account_id="cyd-account"), Account(account_id="new-account")]
        assert house.profiles.add_all(accounts, [again, new], now=at(3)) == 1
        assert house.profiles.account(AccountId("cyd-account")) is None
        assert house.profiles.ids() == ("ann", "bob", placeholder(2), "new")

    def test_a_tombstone_stands_for_one_id_only(self, house: Stores) -> None:
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        assert [house.erasures.erased(ProfileId(name)) for name in ("ann", "anna", "bob")] == [
            True,
            False,
            False,
        ]

    def test_asking_again_gives_the_same_erasure_and_strangers_none(self, house: Stores) -> None:
        first = house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        second = house.erasures.begin(BOB, erasure_id="x2", now=at(2))
        assert house.erasures.begin(ANN, erasure_id="x3", now=at(3)) == first
        assert house.erasures.begin(BOB, erasure_id="x4", now=at(3)) == second
        with pytest.raises(LookupError, match="'eve'"):
            house.erasures.begin(ProfileId("eve"), erasure_id="x5", now=at(3))
        assert house.erasures.get("x5") is None

    def test_an_erasure_is_unfinished_until_all_parts_are_clean(self, house: Stores) -> None:
        begun = house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        assert (begun.row, begun.subject, begun.clean["state"]) == (0, ANN, at(1))
        house.erasures.sweep_segments()
        parts: tuple[Part, ...] = ("segments", "decisions", "bundles")
        for ms, part in enumerate(parts, start=2):
            assert [one.erasure_id for one in house.erasures.unfinished()] == ["x1"]
            house.erasures.mark("x1", part, now=at(ms))
        house.erasures.mark("x1", "bundles", now=at(99))
        assert house.erasures.finish("x1", now=at(5))
        done = house.erasures.get("x1")
        assert done is not None
        assert (done.subject, done.account, done.done) == (None, None, True)
        assert [done.clean[part] for part in PARTS] == [at(ms) for ms in (5, 2, 1, 3, 4)]
        assert house.erasures.unfinished() == []

    def test_decisions_go_by_profile(self, house: Stores) -> None:
        for page, who in (("p1", ANN), ("p2", BOB), ("p3", ANN)):
            house.decisions.write(PageId(page), who, NOW, b"x")
        assert sorted(house.decisions.profiles()) == sorted([ANN, BOB])
        assert house.decisions.erase(ANN) == 2
        assert house.decisions.profiles() == [BOB]
        assert house.decisions.erase(ANN) == 0
        assert house.decisions.recent(ANN) == []
        assert house.decisions.recent(BOB) == ["p2"]
        assert house.decisions.read(PageId("p1")) is None
        assert house.decisions.overwritten(ANN)

    # Single titles of a history

    def test_a_title_is_forgotten_with_all_its_events_and_nothing_else_is(
        self, house: Stores
    ) -> None:
        said = [
            event("a"),
            event("b", kind="thumb", value=1),
            event("c", title_id="film2"),
            event("d", profile_id="bob"),
            event("e", kind="page_view", title_id=None),
        ]
        house.log.append(said, now=NOW)
        before = house.log.generation()
        assert house.log.forget(ANN, _FILM1) == 2
        assert house.log.generation() > before
        assert [one.event_id for _, one in house.log.events(ANN)] == ["e", "c"]
        assert house.log.counts([BOB]) == [1]
        after = house.log.generation()
        assert house.log.forget(ANN, _FILM1) == 0
        assert house.log.forget(ProfileId("eve"), _FILM1) == 0
        assert house.log.forget(ANN, TitleId("no such title")) == 0
        assert house.log.generation() == after

    def test_what_was_forgotten_does_not_come_back_by_being_sent_again(self, house: Stores) -> None:
        live, imported = event("live"), event("imported", title_id="film2")
        house.log.append([live], now=NOW)
        house.log.append([imported], now=NOW, origin="import")
        house.log.forget(ANN, _FILM1)
        house.log.forget(ANN, _FILM2)
        assert codes(house.log.append([live], now=at(1))) == ["duplicate"]
        assert codes(house.log.append([imported], now=at(1), origin="import")) == ["duplicate"]
        assert house.log.counts([ANN]) == [0]

    def test_a_later_event_about_a_forgotten_title_is_kept(self, house: Stores) -> None:
        house.log.append([event("a")], now=NOW)
        house.log.forget(ANN, _FILM1)
        assert codes(house.log.append([event("b")], now=at(1))) == ["stored"]
        assert house.log.counts([ANN]) == [1]

    # What is kept for a while only

    def test_events_that_happened_before_a_moment_expire_and_do_not_come_back(
        self, house: Stores
    ) -> None:
        old = [event("a", at=NOW - 2), event("b", at=NOW - 1, profile_id="bob")]
        house.log.append([*old, event("c", at=NOW)], now=NOW)
        before = house.log.generation()
        assert house.log.expire(Moment(NOW)) == 2
        assert house.log.generation() > before
        assert house.log.counts([ANN, BOB]) == [1, 0]
        after = house.log.generation()
        assert house.log.expire(Moment(NOW)) == 0
        assert house.log.generation() == after
        assert codes(house.log.append(old, now=at(1))) == ["duplicate"] * 2

    def test_what_was_turned_away_is_dropped_by_when_it_came(self, house: Stores) -> None:
        early = _turned_away(b'{"profile_id": "bob"}')
        late = Rejected(at(5), early.outcome, early.body)
        house.log.turn_away([early, late])
        assert house.log.drop_rejected(at(5)) == 1
        assert house.log.rejected() == [late]
        assert house.log.drop_rejected(at(5)) == 0

    def test_sweeping_and_overwriting_change_nothing_that_is_answered(self, house: Stores) -> None:
        house.log.append([event("a"), event("b", profile_id="bob")], now=NOW)
        house.decisions.write(PageId("p1"), ANN, NOW, b"x")
        house.log.forget(ANN, _FILM1)
        assert house.erasures.sweep()
        assert house.decisions.overwritten(None)
        assert house.log.counts([ANN, BOB]) == [0, 1]
        assert house.decisions.read(PageId("p1")) == b"x"

    # What deletions must not disturb

    def test_every_deletion_raises_the_generation_and_nothing_else_does(
        self, house: Stores
    ) -> None:
        start = house.log.generation()
        house.log.append([event("a"), event("b", profile_id="bob")], now=NOW)
        house.profiles.put_profile(Profile(profile_id="ann", account_id="house"), now=NOW)
        assert house.log.generation() == start
        house.erasures.begin(ANN, erasure_id="x1", now=at(1))
        first = house.log.generation()
        assert first > start
        house.erasures.begin(ANN, erasure_id="x2", now=at(1))
        assert house.log.generation() == first

    def test_offsets_and_stamps_of_receipt_go_on_after_the_newest_was_deleted(
        self, house: Stores
    ) -> None:
        house.log.append([event("b", profile_id="bob")], now=NOW)
        house.log.append([event("a")], now=at(50))
        head = house.log.head()
        house.erasures.begin(ANN, erasure_id="x1", now=at(51))
        receipt = house.log.append([event("c", profile_id="bob")], now=at(5))
        assert receipt.received == at(50)
        assert house.log.head() > head
        tail = house.log.tail(0)
        assert tail.signals.received.tolist() == [NOW, at(50)]
        assert tail.next == house.log.head()
