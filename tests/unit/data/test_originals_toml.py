"""The house catalogue is a text; these are the promises that its editor keeps."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import msgspec
import pytest

from matinee.data import Catalogue
from matinee.types import Title
from matinee.types.moment import decode_moment

# fmt: off
GENRES = {
    "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller",
    "War", "Western",
}
# fmt: on
AGES = frozenset({0, 6, 8, 10, 12, 13, 16, 18})
WORN_OUT = ("must confront", "in a world", "nothing is as it seems", "race against time")
MOST_BYTES = 390_000


@pytest.fixture(scope="module")
def text() -> str:
    return files("matinee.data.readers").joinpath("originals.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def titles(text: str) -> list[Title]:
    return msgspec.convert(tomllib.loads(text)["title"], list[Title], dec_hook=decode_moment)


def twice(things: list[str]) -> list[str]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def openings(synopses: list[str]) -> Counter[str]:
    return Counter(" ".join(s.casefold().split()[:3]) for s in synopses)


def test_the_file_holds_nothing_but_titles_and_stays_small(text: str) -> None:
    assert set(tomllib.loads(text)) == {"title"}
    assert len(text.encode()) < MOST_BYTES


def test_there_are_forty_series_and_forty_films(titles: list[Title]) -> None:
    assert Counter(t.kind for t in titles) == {"series": 40, "film": 40}


def test_ids_number_the_series_and_the_films_in_order(titles: list[Title]) -> None:
    wanted = [f"mo-{letter}{n:02}" for letter in "sf" for n in range(1, 41)]
    assert [t.title_id for t in titles] == wanted
    assert all((t.title_id[3] == "s") == (t.kind == "series") for t in titles)


def test_no_two_titles_share_a_name(titles: list[Title]) -> None:
    assert twice([t.name.casefold() for t in titles]) == []


def test_the_titles_make_a_catalogue(titles: list[Title]) -> None:
    catalogue = Catalogue.of(titles, version=1)
    assert len(catalogue.titles) == len(titles)
    assert int(catalogue.hidden.sum()) == 1


def test_every_genre_is_a_known_word_and_every_known_word_is_used(titles: list[Title]) -> None:
    assert all(1 <= len(set(t.genres)) == len(t.genres) <= 3 for t in titles)
    assert {genre for t in titles for genre in t.genres} == GENRES


def test_ages_are_those_of_the_labels_and_few_are_unknown(titles: list[Title]) -> None:
    assert {t.maturity for t in titles} == AGES
    sources = Counter(t.maturity_source for t in titles)
    assert set(sources) == {"label", "unknown"}
    assert sources["unknown"] <= 5


def test_titles_for_children_are_open_to_children(titles: list[Title]) -> None:
    assert [t.name for t in titles if "Children" in t.genres and t.minimum_age > 10] == []


def test_every_title_has_its_facts(titles: list[Title]) -> None:
    for title in titles:
        assert title.tags, title.title_id
        assert title.companies, title.title_id
        assert title.year is not None, title.title_id
        assert 2019 <= title.year <= 2026, title.title_id
        assert title.runtime_s is not None, title.title_id
        assert title.language is not None, title.title_id
        assert len(title.language) == 2, title.title_id
        assert title.language.islower(), title.title_id
        assert title.country is not None, title.title_id
        assert len(title.country) == 2, title.title_id
        assert title.country.isupper(), title.title_id
        assert title.released is None, title.title_id
        assert title.added is None, title.title_id


def test_films_last_longer_than_an_hour_and_have_no_episodes(titles: list[Title]) -> None:
    for title in titles:
        if title.kind == "film":
            assert title.episodes == (), title.title_id
            assert (title.runtime_s or 0) > 3600, title.title_id


def test_many_languages_and_countries_are_there(titles: list[Title]) -> None:
    assert len({t.language for t in titles}) >= 40
    assert len({t.country for t in titles}) >= 50


def test_every_synopsis_is_of_readable_length(titles: list[Title]) -> None:
    lengths = {t.title_id: len(t.synopsis.split()) for t in titles}
    assert {name: n for name, n in lengths.items() if not 40 <= n <= 120} == {}


def test_no_synopsis_is_there_twice(titles: list[Title]) -> None:
    assert twice([t.synopsis for t in titles]) == []
    assert twice([e.synopsis for t in titles for e in t.episodes]) == []


def test_no_more_than_two_synopses_open_alike(titles: list[Title]) -> None:
    assert [w for w, n in openings([t.synopsis for t in titles]).items() if n > 2] == []
    episodes = [e.synopsis for t in titles for e in t.episodes]
    assert [w for w, n in openings(episodes).items() if n > 2] == []


def test_no_text_uses_a_worn_out_phrase(text: str) -> None:
    unfolded = text.replace("\\\n", "").casefold()  # a long synopsis breaks its lines with these
    assert [phrase for phrase in WORN_OUT if phrase in unfolded] == []


def test_every_series_has_four_to_ten_episodes(titles: list[Title]) -> None:
    counts = {t.title_id: len(t.episodes) for t in titles if t.kind == "series"}
    assert {name: n for name, n in counts.items() if not 4 <= n <= 10} == {}
    assert sum(counts.values()) >= 270


def test_episode_ids_are_distinct_and_begin_with_their_series(titles: list[Title]) -> None:
    assert twice([e.episode_id for t in titles for e in t.episodes]) == []
    for title in titles:
        for place, episode in enumerate(title.episodes, start=1):
            assert episode.episode_id == f"{title.title_id}-e{place:02}"


def test_episodes_are_in_order_and_count_from_one_in_each_season(titles: list[Title]) -> None:
    for title in titles:
        places = [(e.season, e.number) for e in title.episodes]
        assert places == sorted(places), title.title_id
        for season in {s for s, _ in places}:
            numbers = [n for s, n in places if s == season]
            assert numbers == list(range(1, len(numbers) + 1)), title.title_id
    assert sum(any(e.season == 2 for e in t.episodes) for t in titles) >= 5


def test_every_episode_has_a_name_of_its_own_a_sentence_and_a_runtime(titles: list[Title]) -> None:
    assert twice([e.name.casefold() for t in titles for e in t.episodes]) == []
    for episode in (e for t in titles for e in t.episodes):
        assert episode.name, episode.episode_id
        assert 8 <= len(episode.synopsis.split()) <= 22, episode.episode_id
        assert episode.synopsis.endswith("."), episode.episode_id
        assert episode.runtime_s, episode.episode_id


def test_a_series_says_the_length_of_its_typical_episode(titles: list[Title]) -> None:
    for title in (t for t in titles if t.kind == "series"):
        lengths = sorted(e.runtime_s or 0 for e in title.episodes)
        middle = lengths[len(lengths) // 2]
        assert title.runtime_s == pytest.approx(middle, rel=0.05), title.title_id


def test_the_people_of_a_title_are_distinct_and_billed_in_order(titles: list[Title]) -> None:
    for title in titles:
        assert 4 <= len(title.people) <= 7, title.title_id
        assert twice([p.name for p in title.people]) == [], title.title_id
        billing = [p.billing for p in title.people]
        assert billing == list(range(len(billing))), title.title_id


def test_a_house_has_people_who_come_back(titles: list[Title]) -> None:
    times = Counter(p.name for t in titles for p in t.people)
    assert sum(n > 1 for n in times.values()) >= 30


def test_only_one_person_bears_a_surname(titles: list[Title]) -> None:
    names = {p.name for t in titles for p in t.people}
    assert twice([name.split()[-1].casefold() for name in names]) == []


def test_every_title_has_four_to_eight_distinct_keywords(titles: list[Title]) -> None:
    for title in titles:
        assert 4 <= len(set(title.keywords)) == len(title.keywords) <= 8, title.title_id
        assert all(word == word.casefold() for word in title.keywords), title.title_id


def test_every_title_shares_two_keywords_or_people_with_another(titles: list[Title]) -> None:
    traits = {t.title_id: {*t.keywords, *(p.name for p in t.people)} for t in titles}
    best = {
        one: max(len(traits[one] & traits[other]) for other in traits if other != one)
        for one in traits
    }
    assert {name: n for name, n in best.items() if n < 2} == {}


def test_two_titles_have_left_and_two_are_for_one_country(titles: list[Title]) -> None:
    windows = [w for t in titles for w in t.windows]
    assert sum(w.end is not None for w in windows) == 2
    assert sum(w.country is not None for w in windows) == 2
    assert len(windows) == 4
