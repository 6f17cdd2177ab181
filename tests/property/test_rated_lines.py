"""Ratings read by the block are those read line by line, whatever stands between them."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from matinee.data.readers import Refusal
from matinee.data.readers._files import DataFile
from matinee.data.readers._layouts import LAYOUTS, Layout
from matinee.data.readers._ratings import id_of, rated_blocks, rated_lines, summarised

Read = list[tuple[int, tuple[str, str, float, int]] | Refusal]

NUMBERS = st.integers(0, 10**13).map(str) | st.sampled_from(["0", "007", "1", "42", "a", "", " 3"])
VALUES = st.sampled_from(
    ["0", "0.5", "3", "3.5", "4.0", "5.0", "5.1", "6", "4.25", ".5", "1e0", "nan", "-1", "3,5", ""]
)
TIMES = st.integers(0, 5_000_000_000).map(str) | st.sampled_from(["12.5", "-5", "1e9", "x", "0x1"])
FIELDS = st.lists(NUMBERS, min_size=2, max_size=2).flatmap(
    lambda ids: st.tuples(st.just(ids[0]), st.just(ids[1]), VALUES, TIMES)
)
ODD = st.sampled_from(
    [
        *("", "  ", '"', '1,2,3,"', '"1","2",3,4', '1,2,"3\r', "1,2,3,4,5", "1,2", ":::::"),
        *("1::2::3", "1:::2::3::4", "\r", "1,2,3,4\r\r", "1\t2\t3\t4\t", '"1,2,3,4'),
        *('5,6"7,3,4', "é", "\ufeff1"),
    ]
)
GOOD = st.tuples(
    st.integers(1, 300).map(str),
    st.integers(1, 90_000).map(str),
    st.sampled_from(["0.5", "3", "4.5"]),
    st.integers(10**8, 10**9).map(str),
)


def lines_of(layout: Layout) -> st.SearchStrategy[list[str]]:
    row = st.one_of(GOOD, GOOD, FIELDS).map(layout.separator.join)
    ends = st.sampled_from(["\n", "\n", "\r\n"])
    return st.lists(st.tuples(row | ODD, ends).map("".join), max_size=12)


def read_both_ways(layout: Layout, content: bytes, *, size: int) -> tuple[Read, Read]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, layout.ratings)
        path.write_bytes(content)
        file = DataFile(path)
        slow = list(rated_lines(file, layout))
        fast: Read = []
        for block in rated_blocks(file, layout, size=size):
            columns = (block.lines, block.users, block.movies, block.values, block.at)
            fast += [
                (line, (id_of(user), id_of(movie), value, at))
                for line, user, movie, value, at in zip(*(c.tolist() for c in columns), strict=True)
            ]
            fast += block.refused
    return slow, sorted(fast, key=lambda one: one.line if isinstance(one, Refusal) else one[0])


def headed(layout: Layout, lines: Sequence[str]) -> bytes:
    heading = layout.headings.get(layout.ratings)
    return "".join([f"{heading}\n" if heading else "", *lines]).encode()


FILES = st.sampled_from(LAYOUTS).flatmap(lambda one: st.tuples(st.just(one), lines_of(one)))


@given(FILES, st.sampled_from(["", "\n"]), st.integers(1, 300))
@example((LAYOUTS[0], ['1,2,3,"\n', "1,2,3,4\n", '"\n', "5,6,3,4"]), "", 1)
@example((LAYOUTS[0], ['1,"2,3,4\n', "1,2,3,4\n"]), "\n", 40)
def test_a_block_holds_what_its_lines_hold(
    drawn: tuple[Layout, list[str]], ending: str, size: int
) -> None:
    layout, lines = drawn
    content = headed(layout, lines).removesuffix(ending.encode())
    slow, fast = read_both_ways(layout, content, size=size)
    assert fast == slow


def test_a_file_that_breaks_off_is_told_of_in_blocks_too() -> None:
    rows = "".join(f"{k % 97},7,4.0,{10**9 + k * 7919 % 10007}\n" for k in range(30_000))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ratings.csv.gz")
        path.write_bytes(gzip.compress(headed(LAYOUTS[0], [rows]))[:-20_000])
        blocks = list(rated_blocks(DataFile(path), LAYOUTS[0], size=5_000))
    read = sum(len(block.lines) for block in blocks)
    [refusal] = [refusal for block in blocks for refusal in block.refused]
    assert 0 < read < 30_000
    assert (refusal.line, "breaks off here" in refusal.reason) == (read + 2, True)


@given(lines_of(LAYOUTS[0]))
def test_the_summary_is_that_of_the_lines(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ratings.csv")
        path.write_bytes(headed(LAYOUTS[0], lines))
        read = list(rated_lines(DataFile(path), LAYOUTS[0]))
        summary = summarised(DataFile(path), LAYOUTS[0], size=50)
    rated = [one[1] for one in read if not isinstance(one, Refusal)]
    assert summary.lines == len(read)
    assert summary.users == tuple(dict.fromkeys(user for user, *_ in rated))
    assert summary.newest_ms == max((at for *_, at in rated), default=None)
    assert summary.first_ms == {
        movie: min(at for _, other, _, at in rated if other == movie) for _, movie, _, _ in rated
    }
