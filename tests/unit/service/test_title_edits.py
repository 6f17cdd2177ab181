"""The history of a title: each version, when it was written, and what was other than before."""

from __future__ import annotations

import pytest

from house import NOW, house
from matinee.service import EditsView, ListQuery, Matinee, RefusedError, UnknownError
from matinee.types import Moment, Title, TitleId

NEW = TitleId("brand-new")


@pytest.fixture
def matinee() -> Matinee:
    return house()


def put(matinee: Matinee, at: int, **said: object) -> None:
    title = Title(title_id=NEW, **{"name": "Brand New", **said})
    matinee.put_titles((title,), now=Moment(NOW + at), request_id="r")


def edits(matinee: Matinee, title: str = NEW, **query: object) -> EditsView:
    return matinee.title_edits(TitleId(title), ListQuery(**query))


def test_each_version_says_when_it_came_and_what_changed(matinee: Matinee) -> None:
    put(matinee, 1, genres=("Crime",))
    put(matinee, 2, genres=("Crime", "Drama"), year=1999)
    matinee.hide_title(NEW, now=Moment(NOW + 3))
    found = edits(matinee).edits
    assert [(edit.at - NOW, edit.created) for edit in found] == [(1, True), (2, False), (3, False)]
    assert found[0].version < found[1].version < found[2].version
    assert [
        [(change.field, change.before, change.after) for change in edit.changes]
        for edit in found[1:]
    ] == [
        [("year", None, 1999), ("genres", ("Crime",), ("Crime", "Drama"))],
        [("hidden", False, True)],
    ]
    assert [change.field for change in found[0].changes] == ["title_id", "name", "genres", "added"]


def test_what_changes_nothing_leaves_no_version(matinee: Matinee) -> None:
    put(matinee, 1, genres=("Crime",))
    put(matinee, 2, genres=("Crime",))
    assert len(edits(matinee).edits) == 1


def test_versions_are_listed_whole_page_by_page(matinee: Matinee) -> None:
    for year in range(1990, 1997):
        put(matinee, year, year=year)
    years, cursor = [], None
    while True:
        view = edits(matinee, limit=3, cursor=cursor)
        assert len(view.edits) <= 3
        years += [c.after for edit in view.edits for c in edit.changes if c.field == "year"]
        cursor = view.next
        if cursor is None:
            break
    assert years == list(range(1990, 1997))


def test_a_title_or_a_cursor_that_is_none_is_refused(matinee: Matinee) -> None:
    with pytest.raises(UnknownError, match="nothing"):
        edits(matinee, "nothing")
    with pytest.raises(RefusedError, match="cursor"):
        edits(matinee, "t1", cursor="at-99")
