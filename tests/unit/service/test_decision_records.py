import zlib
from dataclasses import fields, replace

import msgspec
import numpy as np
import pytest

from house import NOW, house
from matinee.data import Catalogue
from matinee.service import HomeQuery
from matinee.service.decisions import Decision, pack, unpack
from matinee.service.pictures import Gallery
from matinee.types import BundleId, Cause, Choice, Line, Moment, Page, PageId, Reason, Row, Title

WIDE = Catalogue.of(
    [Title(title_id=f"title-{n}", name=f"A Title of some Length {n}") for n in range(9_000)]
)
GALLERY = Gallery(WIDE)


def made(rows: int, columns: int, *, seed: int = 0) -> Decision:
    """A page with a different reason for every tile, as hard to press as a real one may be."""
    rng = np.random.default_rng(seed)

    def reason() -> Reason:
        cited = [WIDE.titles[row] for row in rng.integers(0, 200, 2)]
        share = rng.uniform(0, 1, 2).round(3).tolist()
        causes = tuple(
            Cause("title", t.title_id, t.name, s) for t, s in zip(cited, share, strict=True)
        )
        return Reason("liked", f"You rated {cited[0].name} 4.5 of 5", causes)

    def row(rank: int) -> Row:
        titles = rng.choice(9_000, columns, replace=False).astype(np.int32)
        count = Cause("trend", "plays", "plays", 1.0, count=31, days=7)
        line = Line(
            kind="genres",
            key=f"genres:{rank}",
            label=f"Row {rank}",
            reason=Reason("trend", "31 plays in 7 days", (count,)),
            titles=titles,
            value=float(rng.uniform()),
            family="genres",
            about=int(titles[0]),
        )
        return Row(
            line=line,
            titles=titles,
            scores=rng.normal(size=columns).astype(np.float32),
            probability=rng.uniform(0.1, 1, columns).astype(np.float32),
            row_probability=0.5,
            reasons=tuple(reason() for _ in range(columns)),
            artworks=tuple(Choice(f"title-{t}-g", 1.0) for t in titles.tolist()),
            sources=rng.integers(0, 3, columns).astype(np.int8),
        )

    return Decision(
        page_id=PageId("01M826ME80NCAVR3REVJZRHFZZ"),
        request_id="r1",
        query=HomeQuery(profile="p1", exclude=("title-1",), genre=("Crime",), country="NL"),
        at=NOW,
        seed=2**62 + 1,
        offset=12_345,
        catalogue_version=7,
        bundle=BundleId("b-1"),
        rung="fresh",
        first_rank=0,
        more=True,
        page=Page("stagewise", tuple(row(rank) for rank in range(rows)), ("a", "b", "c")),
        kids=True,
        maturity=9,
    )


def test_a_record_gives_back_every_field_of_the_decision():
    decision = made(4, 10)
    back = unpack(pack(decision, GALLERY), GALLERY)
    for field in fields(Decision):
        if field.name != "page":
            assert getattr(back, field.name) == getattr(decision, field.name)
    assert (back.page.layout, back.page.sources) == ("stagewise", ("a", "b", "c"))
    for one, other in zip(back.page.rows, decision.page.rows, strict=True):
        for name in ("kind", "key", "label", "reason", "value", "about"):
            assert getattr(one.line, name) == getattr(other.line, name)
        for name in ("titles", "probability", "sources"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        np.testing.assert_allclose(one.scores, other.scores, rtol=2**-16)
        assert (one.reasons, one.artworks) == (other.reasons, other.artworks)
        assert one.row_probability == other.row_probability


def test_a_picture_that_is_not_the_usual_one_is_kept_with_its_probability():
    decision = made(1, 3)
    [row] = decision.page.rows
    chosen = (*row.artworks[:2], Choice("another", 0.25))
    page = replace(decision.page, rows=(replace(row, artworks=chosen),))
    back = unpack(pack(replace(decision, page=page), GALLERY), GALLERY)
    assert back.page.rows[0].artworks == chosen


def test_a_thousand_tiles_fit_in_sixteen_kilobytes():
    assert len(pack(made(25, 40), GALLERY)) <= 16 * 1024


def test_an_empty_page_has_a_record():
    decision = replace(made(1, 3), page=Page("stagewise", ()))
    assert unpack(pack(decision, GALLERY), GALLERY).page.rows == ()


def test_a_title_that_was_renamed_since_is_cited_by_its_present_name():
    decision = made(1, 2)
    cited = decision.page.rows[0].reasons[0].causes[0]
    row = WIDE.vocabulary.row(cited.id)
    titles = list(WIDE.titles)
    titles[row] = msgspec.structs.replace(titles[row], name="Renamed")
    back = unpack(pack(decision, GALLERY), Gallery(Catalogue.of(titles)))
    reason = back.page.rows[0].reasons[0]
    assert reason.causes[0].name == "Renamed"
    assert reason.text == "You rated Renamed 4.5 of 5"


@pytest.mark.parametrize("record", [b"", b"no", zlib.compress(b"\x93"), zlib.compress(b"\x90")])
def test_a_damaged_record_is_refused(record):
    with pytest.raises(ValueError, match="damaged"):
        unpack(record, GALLERY)


def test_a_record_of_another_format_is_refused():
    tree = msgspec.msgpack.decode(zlib.decompress(pack(made(1, 3), GALLERY)))
    packed = zlib.compress(msgspec.msgpack.encode([99, *tree[1:]]))
    with pytest.raises(ValueError, match="format 99"):
        unpack(packed, GALLERY)


def test_a_record_from_before_protection_was_kept_can_still_be_read():
    tree = msgspec.msgpack.decode(zlib.decompress(pack(made(1, 3), GALLERY)))
    back = unpack(zlib.compress(msgspec.msgpack.encode(tree[:-2])), GALLERY)
    assert (back.kids, back.maturity) == (None, None)
    assert back.page.rows[0].titles.tolist() == made(1, 3).page.rows[0].titles.tolist()


def test_the_record_of_a_served_page_says_what_it_was_made_from():
    matinee = house()
    view = matinee.home(HomeQuery(profile="p1"), now=NOW, seed=5)
    present = matinee.catch_up()
    packed = matinee.stores.decisions.read(PageId(view.page_id))
    assert packed is not None
    decision = unpack(packed, present.gallery)
    assert decision.offset == matinee.stores.log.head()
    assert decision.catalogue_version == matinee.stores.catalogue.version()
    assert (decision.seed, decision.at, decision.rung) == (5, Moment(NOW), "popular")
    shown = [[tile.title_id for tile in row.titles] for row in view.rows]
    names = present.catalogue.vocabulary.names
    assert [names(row.titles) for row in decision.page.rows] == shown
    assert all((row.probability == 1).all() for row in decision.page.rows)
