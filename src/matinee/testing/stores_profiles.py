"""What every profile store keeps: accounts, and profiles with durable rows."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from threading import Barrier, Thread

import msgspec
import pytest

from matinee.stores import Stores
from matinee.testing.stores_samples import ANN, NOW, StoresContract, at
from matinee.types import Account, AccountId, Moment, Profile, ProfileId

__all__ = ["ProfileContract"]

_HOUSE = Account(account_id="house", name="House", plan="basic", country="NL", created=at(-5))


def _profile(profile_id: str, **said: object) -> Profile:
    body = {"profile_id": profile_id, "account_id": "house", **said}
    return msgspec.convert(body, Profile, dec_hook=lambda _, value: Moment.parse(value))


class ProfileContract(StoresContract):
    """Override the fixture `stores` with empty stores whose profiles are to be tested."""

    def test_accounts_and_profiles_are_read_back_whole(self, stores: Stores) -> None:
        ann = _profile("ann", name="Ann", kids=True, maturity=7, language="nl", created=int(at(-3)))
        assert stores.profiles.put_account(_HOUSE, now=NOW)
        assert stores.profiles.put_profile(ann, now=NOW)
        assert stores.profiles.account(AccountId("house")) == _HOUSE
        assert stores.profiles.profile(ANN) == ann

    def test_what_is_unknown_is_none(self, stores: Stores) -> None:
        assert stores.profiles.account(AccountId("house")) is None
        assert stores.profiles.profile(ANN) is None
        assert stores.profiles.ids() == ()

    def test_putting_again_replaces_and_keeps_row_and_birthday(self, stores: Stores) -> None:
        stores.profiles.put_account(Account(account_id="house"), now=NOW)
        stores.profiles.put_profile(_profile("ann"), now=NOW)
        stores.profiles.put_profile(_profile("bob"), now=NOW)
        assert not stores.profiles.put_account(Account(account_id="house", plan="big"), now=at(9))
        assert not stores.profiles.put_profile(_profile("ann", name="Anna"), now=at(9))
        account, ann = stores.profiles.account(AccountId("house")), stores.profiles.profile(ANN)
        assert account == Account(account_id="house", plan="big", created=NOW)
        assert ann == _profile("ann", name="Anna", created=int(NOW))
        assert stores.profiles.ids() == ("ann", "bob")

    def test_a_profile_needs_its_account(self, stores: Stores) -> None:
        with pytest.raises(LookupError, match="'house'"):
            stores.profiles.put_profile(_profile("ann"), now=NOW)
        assert stores.profiles.ids() == ()

    def test_a_profile_is_of_the_country_in_which_its_account_signed_up(
        self, stores: Stores
    ) -> None:
        stores.profiles.put_account(_HOUSE, now=NOW)
        stores.profiles.put_account(Account(account_id="hut"), now=NOW)
        people = [_profile("bob", account_id="hut"), _profile("ann"), _profile("cid")]
        stores.profiles.add_all([], people, now=NOW)
        assert stores.profiles.countries() == (None, "NL", "NL")
        assert [stores.profiles.country(ProfileId(one)) for one in ("bob", "cid", "x")] == [
            None,
            "NL",
            None,
        ]
        stores.profiles.put_account(msgspec.structs.replace(_HOUSE, country="BE"), now=NOW)
        assert stores.profiles.countries() == (None, "BE", "BE")

    def test_what_breaks_its_schema_is_refused(self, stores: Stores) -> None:
        stores.profiles.put_account(_HOUSE, now=NOW)
        with pytest.raises(ValueError, match="maturity"):
            stores.profiles.put_profile(
                msgspec.structs.replace(_profile("ann"), maturity=99), now=NOW
            )
        with pytest.raises(ValueError, match="account_id"):
            stores.profiles.put_account(Account(account_id="a b"), now=NOW)
        assert stores.profiles.ids() == ()

    def test_adding_what_is_known_changes_nothing(self, stores: Stores) -> None:
        assert stores.profiles.add_account(_HOUSE, now=NOW)
        assert stores.profiles.add_profile(_profile("ann", kids=True, maturity=7), now=NOW)
        assert not stores.profiles.add_account(Account(account_id="house", plan="big"), now=at(9))
        again = msgspec.structs.replace(_profile("ann"), account_id="nowhere")
        assert not stores.profiles.add_profile(again, now=at(9))
        others = [Account(account_id="house", plan="big"), Account(account_id="hut")]
        people = [_profile("ann"), _profile("bob"), _profile("bob", name="Other")]
        assert stores.profiles.add_all(others, people, now=at(9)) == 1
        ann = _profile("ann", kids=True, maturity=7, created=int(NOW))
        assert stores.profiles.profile(ANN) == ann
        assert stores.profiles.profile(ProfileId("bob")) == _profile("bob", created=int(at(9)))
        assert stores.profiles.account(AccountId("house")) == _HOUSE
        assert stores.profiles.ids() == ("ann", "bob")

    def test_adding_a_profile_needs_its_account(self, stores: Stores) -> None:
        with pytest.raises(LookupError, match="'house'"):
            stores.profiles.add_profile(_profile("ann"), now=NOW)
        assert stores.profiles.ids() == ()

    def test_of_those_who_add_the_same_at_once_exactly_one_wins(self, stores: Stores) -> None:
        start, won = Barrier(4), list[tuple[str, int]]()

        def add(n: int) -> None:
            start.wait(10)
            for i in range(25):
                account = Account(account_id=f"a{i}", name=str(n))
                if stores.profiles.add_account(account, now=NOW):
                    won.append((f"a{i}", n))
                profile = Profile(profile_id=f"p{i}", account_id=f"a{i}", name=str(n))
                if stores.profiles.add_profile(profile, now=NOW):
                    won.append((f"p{i}", n))

        threads = [Thread(target=add, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        names = [f"{kind}{i}" for kind in "ap" for i in range(25)]
        assert sorted(name for name, _ in won) == sorted(names)
        for name, n in won:
            held = (
                stores.profiles.account(AccountId(name))
                if name[0] == "a"
                else stores.profiles.profile(ProfileId(name))
            )
            assert held is not None
            assert held.name == str(n)

    def test_many_are_added_together_or_not_at_all(self, stores: Stores) -> None:
        some = [_profile("ann"), _profile("bob")]
        assert stores.profiles.add_all([_HOUSE], some, now=NOW) == 2
        assert stores.profiles.add_all([_HOUSE], [*some, _profile("cyd")], now=NOW) == 1
        stray = msgspec.structs.replace(_profile("eve"), account_id="nowhere")
        hut = Account(account_id="hut")
        with pytest.raises(LookupError, match="'nowhere'"):
            stores.profiles.add_all([hut], [_profile("dan"), stray], now=NOW)
        assert stores.profiles.ids() == ("ann", "bob", "cyd")
        assert stores.profiles.account(AccountId("hut")) is None

    @pytest.mark.parametrize("limit", [1, 3, 7, 50])
    def test_pages_lead_through_all_profiles_in_order_of_row(
        self, stores: Stores, limit: int
    ) -> None:
        names = [f"p{i * 5 % 7}" for i in range(7)]
        stores.profiles.add_all([_HOUSE], [_profile(name) for name in names], now=NOW)
        found: list[str] = []
        cursor = None
        while True:
            page = stores.profiles.profiles(limit=limit, cursor=cursor)
            assert len(page.profiles) <= limit
            found += [profile.profile_id for profile in page.profiles]
            cursor = page.next
            if cursor is None:
                break
        assert found == names == list(stores.profiles.ids())

    def test_a_page_that_holds_the_last_profile_says_that_there_is_no_more(
        self, stores: Stores
    ) -> None:
        stores.profiles.add_all([_HOUSE], [_profile("ann"), _profile("bob")], now=NOW)
        assert stores.profiles.profiles(limit=2).next is None

    @pytest.mark.parametrize(
        "cursor", ["", "0", "row-", "row--1", "row-99", "row-1x", "' OR 1=1", "row-٣"]
    )
    def test_a_cursor_that_no_one_gave_is_refused(self, stores: Stores, cursor: str) -> None:
        stores.profiles.add_all([_HOUSE], [_profile("ann")], now=NOW)
        with pytest.raises(ValueError, match="cursor"):
            stores.profiles.profiles(cursor=cursor)

    def test_ids_are_text_and_never_part_of_a_question(self, stores: Stores) -> None:
        stores.profiles.add_all([_HOUSE], [_profile("ann")], now=NOW)
        assert stores.profiles.profile(ProfileId("ann' OR '1'='1")) is None
        assert stores.profiles.profile(ProfileId("ann%")) is None
