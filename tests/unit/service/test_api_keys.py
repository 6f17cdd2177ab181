import pytest

from matinee.service import KeyRing, add_key, keys, remove_key
from matinee.service.keys import KEYS_FILE
from matinee.types import Moment

NOW = Moment(1_795_000_000_000)


def test_a_key_is_kept_as_a_hash_only(tmp_path):
    secret = add_key(tmp_path, "site", ["view", "write"], now=NOW)
    text = (tmp_path / KEYS_FILE).read_text()
    assert secret not in text
    assert (tmp_path / KEYS_FILE).stat().st_mode & 0o077 == 0
    [key] = keys(tmp_path)
    assert (key.name, key.scopes) == ("site", ("view", "write"))


def test_a_ring_knows_the_scopes_of_its_keys_and_of_no_others(tmp_path):
    secret = add_key(tmp_path, "site", ["view"], now=NOW)
    ring = KeyRing(tmp_path)
    assert ring.scopes(secret) == {"view"}
    assert ring.scopes(secret + "x") is None
    assert ring.scopes("") is None


def test_a_ring_sees_keys_come_and_go_while_it_lives(tmp_path):
    ring = KeyRing(tmp_path)
    assert not ring
    one = add_key(tmp_path, "one", ["view"], now=NOW)
    two = add_key(tmp_path, "two", ["operate"], now=NOW)
    assert ring
    assert ring.scopes(two) == {"operate"}
    assert remove_key(tmp_path, "one")
    assert ring.scopes(one) is None
    assert ring.scopes(two) == {"operate"}


def test_keys_are_removed_by_name_or_id(tmp_path):
    add_key(tmp_path, "one", ["view"], now=NOW)
    add_key(tmp_path, "two", ["view"], now=NOW)
    assert remove_key(tmp_path, keys(tmp_path)[1].key_id)
    assert [key.name for key in keys(tmp_path)] == ["one"]
    assert not remove_key(tmp_path, "two")


def test_names_are_given_once_and_scopes_are_needed(tmp_path):
    add_key(tmp_path, "site", ["view"], now=NOW)
    with pytest.raises(ValueError, match="'site' already"):
        add_key(tmp_path, "site", ["view"], now=NOW)
    with pytest.raises(ValueError, match="there are view, write, operate"):
        add_key(tmp_path, "other", [], now=NOW)
    with pytest.raises(ValueError, match="name"):
        add_key(tmp_path, 'a "quoted" name', ["view"], now=NOW)


def test_a_damaged_file_is_named_and_opens_nothing(tmp_path):
    (tmp_path / KEYS_FILE).write_text("[[key]\n")
    with pytest.raises(ValueError, match=r"keys\.toml is damaged"):
        keys(tmp_path)
    with pytest.raises(ValueError, match=r"keys\.toml is damaged"):
        bool(KeyRing(tmp_path))


def test_an_installation_in_memory_has_no_keys():
    assert not KeyRing(None)
