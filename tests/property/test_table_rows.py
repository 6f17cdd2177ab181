"""Delimited text: what was written is read, and rubbish between the rows costs only itself."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from matinee.data.readers import Refusal
from matinee.data.readers._cells import cells, column_names
from matinee.data.readers._files import DataFile

NAMES = ("a", "b", "c")
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;\"'|"), max_size=8
)
ROWS = st.lists(st.tuples(st.integers(0, 9).map(str), TEXT, TEXT), max_size=6)


def written(rows: list[tuple[str, ...]]) -> list[str]:
    """Each row as a CSV writer writes it, with its line ends inside."""
    texts = []
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        texts.append(line.getvalue())
    return texts


def read(text: str) -> list[list[str] | Refusal]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "t.csv")
        file.write_text(text, encoding="utf-8", newline="")
        rows = list(cells(DataFile(file), column_names(DataFile(file))))
    return [r if isinstance(r, Refusal) else [cell or "" for cell in r[1]] for r in rows]


@given(ROWS)
def test_what_a_writer_of_csv_writes_is_read_back(rows: list[tuple[str, ...]]) -> None:
    assert read("a,b,c\n" + "".join(written(rows))) == [list(row) for row in rows]


WORD = st.text("xyz é", min_size=1, max_size=4).map(lambda text: f"-{text}-")
PLAIN = st.lists(st.tuples(WORD, WORD, WORD), max_size=6)
BAD = st.sampled_from(["one", "1,2,3,4", 'x,"open,y', '"a"b,c,d', ',"'])


@given(PLAIN, BAD, st.data())
def test_a_broken_line_anywhere_costs_only_itself(
    rows: list[tuple[str, ...]], bad: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows)))
    texts = written(rows)
    found = read("a,b,c\n" + "".join([*texts[:place], bad + "\n", *texts[place:]]))
    assert [row for row in found if not isinstance(row, Refusal)] == [list(row) for row in rows]
    [refusal] = [row for row in found if isinstance(row, Refusal)]
    assert refusal.line == place + 2
