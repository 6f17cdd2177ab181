"""Moments are read from either wire form, and written in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.types.moment import Moment, decode_moment, encode_moment


def test_text_and_milliseconds_of_one_instant_are_the_same_moment() -> None:
    assert Moment.parse("2026-11-22T18:00:00Z") == Moment.parse(1_795_370_400_000)


def test_an_offset_is_turned_into_utc() -> None:
    cet = timezone(timedelta(hours=1))
    assert Moment.of(datetime(2026, 11, 22, 19, tzinfo=cet)).iso == "2026-11-22T18:00:00Z"


def test_a_time_without_a_zone_is_refused_and_told_what_to_add() -> None:
    with pytest.raises(ValueError, match="no zone; write it with Z"):
        Moment.parse("2026-11-22T18:00:00")


@pytest.mark.parametrize("value", [10**18, -(10**18)])
def test_milliseconds_outside_the_calendar_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        Moment.parse(value)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_text_that_an_offset_moves_out_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        Moment.parse(text)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda t: t.replace(microsecond=0)))
def test_what_is_written_reads_back_as_the_same_moment(when: datetime) -> None:
    moment = Moment.of(when)
    assert Moment.parse(moment.iso) == moment
    assert moment.datetime == when


def test_json_hooks_carry_moments_and_refuse_everything_else() -> None:
    text = msgspec.json.encode(Moment(1_500), enc_hook=encode_moment)
    assert text == b'"1970-01-01T00:00:01.500Z"'
    assert msgspec.json.decode(text, type=Moment, dec_hook=decode_moment) == 1_500
    for bad in (b"true", b"1.5", b"[]", b'"soon"'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(bad, type=Moment, dec_hook=decode_moment)
    with pytest.raises(TypeError, match="cannot write a complex"):
        msgspec.json.encode(1j, enc_hook=encode_moment)
