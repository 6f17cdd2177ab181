"""What a page that is read again may still name."""

import re

import numpy as np

from house import NOW, house
from matinee.models import TrainSettings
from matinee.service import HomeQuery, Matinee, ProfileChange, RowsQuery, TitleQuery
from matinee.service.discreet import discreet
from matinee.training import train
from matinee.types import Cause, History, Line, Page, PageId, ProfileId, Reason, Row, TitleId


def page(matinee, **query):
    return matinee.home(HomeQuery(**{"profile": "p1", "columns": 8, **query}), now=NOW, seed=1)


def more(matinee, view):
    return matinee.home_rows(PageId(view.page_id), RowsQuery(after=3), now=NOW, seed=3)


def named(rows) -> str:
    """Return all words of rows and of their reasons, but not the tiles' own names."""
    said = []
    for row in rows:
        for reason in (row.reason, *(tile.reason for tile in row.titles)):
            said += [reason.text, *(cause.name for cause in reason.causes)]
        said.append(row.label)
    return "\n".join(said)


def cited(rows) -> set[str]:
    reasons = [reason for row in rows for reason in (row.reason, *(t.reason for t in row.titles))]
    return {cause.id for one in reasons for cause in one.causes if cause.kind == "title"}


def trained() -> Matinee:
    """A house whose pages say why by the titles that were liked."""
    matinee = house()
    train(matinee.stores, TrainSettings(source="ease"), now=NOW, seed=1)
    return matinee


def test_read_again_nothing_names_a_title_that_was_hidden():
    matinee = trained()
    view = page(matinee, rows=3)
    added = more(matinee, view)
    about = [row for row in view.rows if row.kind == "because_you_watched"]
    assert about
    for title_id in sorted(cited(view.rows) | cited(added.rows)):
        name = matinee.title(TitleId(title_id), TitleQuery(), now=NOW).name
        matinee.hide_title(TitleId(title_id), now=NOW)
        again = matinee.home_again(PageId(view.page_id), now=NOW)
        for rows in (again.rows, more(matinee, view).rows):
            assert title_id not in cited(rows)
            assert not re.search(rf"{re.escape(name)}(?!\d)", named(rows))
            assert all(tile.reason.text for row in rows for tile in row.titles)
    ranks = {row.rank: row.kind for row in view.rows}
    assert all(ranks[row.rank] == row.kind for row in again.rows)
    assert not [row for row in again.rows if row.kind == "because_you_watched"]
    assert again.rows


def test_read_again_for_a_child_nothing_names_what_is_too_old_for_it():
    matinee = trained()
    view = page(matinee, profile="p2")
    catalogue = matinee.catch_up().catalogue

    def ages(rows):
        return catalogue.minimum_ages[catalogue.vocabulary.rows(sorted(cited(rows)))]

    assert ages(view.rows).max() == 16
    change = ProfileChange(name="P", kids=True, maturity=18)
    matinee.change_profile(ProfileId("p2"), change, now=NOW)
    after = matinee.home_again(PageId(view.page_id), now=NOW)
    assert ages(after.rows).max() <= 12


def test_read_again_reasons_that_name_nothing_forbidden_are_as_they_were():
    matinee = trained()
    view = page(matinee)
    [gone, *_] = sorted(cited(view.rows))
    matinee.hide_title(TitleId(gone), now=NOW)
    after = matinee.home_again(PageId(view.page_id), now=NOW)
    before = {(row.rank, tile.column): tile for row in view.rows for tile in row.titles}
    kept = changed = 0
    for row in after.rows:
        for tile in row.titles:
            was = before[row.rank, tile.column].reason
            if gone in {cause.id for cause in was.causes}:
                assert tile.reason != was
                changed += 1
            else:
                assert tile.reason == was
                kept += 1
    assert kept
    assert changed


def test_a_shared_person_is_no_way_to_name_what_was_hidden():
    catalogue = house().catch_up().catalogue
    liked = catalogue.vocabulary.row(TitleId("t3"))
    history = History.of_titles(np.array([liked], np.int32))
    reason = Reason(
        "person", "With A. Actor, like Comedy Story 3", (Cause("person", "p", "A", 1.0),)
    )
    line = Line("genres", "k", "L", reason, np.array([5], np.int32), 0.0, "f")
    ones = np.ones(1, np.float32)
    row = Row(line, line.titles, ones, ones, reasons=(reason,))
    everything = np.ones(len(catalogue), np.bool_)
    told = discreet(Page("x", (row,)), catalogue, everything, history)
    assert told.rows[0].reasons == (reason,)
    everything[liked] = False
    told = discreet(Page("x", (row,)), catalogue, everything, history)
    assert told.rows[0].reasons[0].text == "Comedy"
    assert told.rows[0].line.reason.text == "From this catalogue"
