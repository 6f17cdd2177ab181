"""Generated posters: well-formed, harmless, small, always the same and never alike."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.artwork import poster
from matinee.artwork.generated import SCENES
from matinee.artwork.lettering import FACES, set_title
from matinee.artwork.palettes import MOODS, Chance, Palette, mix, mood
from matinee.artwork.sheet import Sheet, contrast
from matinee.types import Person, Title

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 6_000

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500)
genres = st.lists(
    st.sampled_from(["Drama", "Comedy", "Children", "Horror", "Sci-Fi", "Western", "Nothing"]),
    max_size=4,
    unique=True,
)


def title(number: int, **said: object) -> Title:
    facts = {"title_id": f"t{number}", "name": "The Long Farewell", "year": 1994, **said}
    return Title(**facts)  # type: ignore[arg-type]  # facts of any field


@given(name=names, of=genres, number=st.integers(0, 10_000))
def test_every_poster_is_well_formed_and_small(name: str, of: list[str], number: int) -> None:
    svg = poster(title(number, name=name, genres=tuple(of)))
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 400 600"
    assert len(svg) <= MOST_BYTES


@given(name=names, number=st.integers(0, 10_000))
def test_nothing_in_a_poster_runs_or_reaches_outside(name: str, number: int) -> None:
    root = ET.fromstring(poster(title(number, name=name)))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"script", "style", "image", "foreignObject"}
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert attribute != "style"
            assert "://" not in value
            assert "href" not in attribute or value.startswith("#")


def test_a_name_that_looks_like_markup_is_text() -> None:
    svg = poster(title(1, name='<script>alert("1")</script> & "more"'))
    assert b"<script" not in svg
    said = ET.fromstring(svg).find(f"{SVG}title")
    assert said is not None
    assert said.text == '<script>alert("1")</script> & "more"'


@pytest.mark.parametrize("number", range(30))
def test_every_reference_has_its_definition(number: int) -> None:
    root = ET.fromstring(poster(title(number)))
    defined = [element.get("id") for element in root.iter() if element.get("id")]
    wanted = {
        value.removeprefix("url(").removesuffix(")").removeprefix("#")
        for element in root.iter()
        for attribute, value in element.attrib.items()
        if value.startswith("url(#") or attribute == "href"
    }
    assert len(defined) == len(set(defined))
    assert wanted <= set(defined)


def test_the_same_title_has_the_same_poster() -> None:
    assert poster(title(1)) == poster(title(1))


def test_five_hundred_titles_of_one_name_have_as_many_posters() -> None:
    assert len({poster(title(number)) for number in range(500)}) == 500


def test_the_whole_name_stands_on_the_poster() -> None:
    for number in range(20):
        root = ET.fromstring(poster(title(number)))
        lines = [line.text or "" for line in root.iter(f"{SVG}tspan")]
        assert " ".join(lines).lower() == "the long farewell"


def test_the_small_print_says_maker_and_year() -> None:
    by = (Person(name="Ada Moss", role="director"), Person(name="Bo Fern"))
    film = poster(title(3, people=by)).decode()
    series = poster(title(3, kind="series", people=(Person(name="Cy", role="creator"),))).decode()
    assert ">a film by Ada Moss · 1994</text>" in film
    assert ">created by Cy · 1994</text>" in series
    assert "Bo Fern" not in film


def test_a_poster_needs_neither_year_nor_genre() -> None:
    assert b"None" not in poster(title(4, year=None, genres=()))


@pytest.mark.parametrize("scene", sorted(SCENES))
@pytest.mark.parametrize("number", range(6))
def test_every_scene_leaves_a_ground_on_which_text_can_be_read(scene: str, number: int) -> None:
    palette = Palette("#0d1321", "#1d2d44", "#3e5c76", "#e09f3e", "#f0ebd8")
    sheet = Sheet(palette, Chance(f"{scene}{number}"), initial="Q", layer="s")
    ground = SCENES[scene](sheet)
    ET.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{sheet.body}</svg>')
    best = max(contrast(ink, ground.colour) for ink in (palette.pale, palette.dark))
    assert best >= 3


def test_every_mood_names_scenes_and_faces_that_exist() -> None:
    for each in MOODS.values():
        assert set(each.scenes) <= set(SCENES)
        assert set(each.letters) <= set(FACES)
    assert set(SCENES) == {scene for each in MOODS.values() for scene in each.scenes}


def test_telling_genres_decide_the_mood_more_often() -> None:
    drawn = [mood(("Drama", "Western"), Chance(str(k))) for k in range(300)]
    assert drawn.count(MOODS["western"]) > 250
    assert mood((), Chance("x")) is MOODS["drama"]


@pytest.mark.parametrize("face", sorted(FACES))
@given(name=st.text(st.characters(categories=["L", "Nd", "Zs", "P"]), min_size=1, max_size=300))
def test_a_name_fits_its_box(face: str, name: str) -> None:
    setting = set_title(name, FACES[face], width=344, height=118)
    assert max(setting.widths) <= 344.1
    assert setting.height <= 118.1
    assert setting.size >= 19 or len("".join(setting.lines)) <= 5


def test_lines_break_where_letters_become_largest() -> None:
    def lines(name: str) -> tuple[str, ...]:
        return set_title(name, FACES["grotesk"], width=344, height=118).lines

    assert lines("Ten") == ("Ten",)
    assert lines("The Long Farewell") == ("The Long", "Farewell")
    assert lines("Night at the Museum of Lost Clocks") == (
        "Night at the",
        "Museum of",
        "Lost Clocks",
    )


def test_an_endless_name_is_cut_with_an_ellipsis() -> None:
    setting = set_title("word " * 90, FACES["wide"], width=344, height=118)
    assert setting.lines[-1].endswith("…")
    assert setting.size >= 19


def test_colours_mix_and_contrast_as_they_should() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#123456", "#abcdef", 0) == "#123456"
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


def test_chance_is_decided_by_its_text_and_stays_in_range() -> None:
    def draws(text: str) -> list[int]:
        chance = Chance(text)
        return [chance.whole(1, 6) for _ in range(2_000)]

    assert draws("a") == draws("a") != draws("b")
    assert set(draws("a")) == {1, 2, 3, 4, 5, 6}
    shares = [Chance(str(k)).between(2, 3) for k in range(2_000)]
    assert 2 <= min(shares) < 2.01
    assert 2.99 < max(shares) < 3


def test_framed_posters_lie_on_paper() -> None:
    framed = [b"preserveAspectRatio" in poster(title(number)) for number in range(400)]
    assert 0.1 < sum(framed) / len(framed) < 0.3
