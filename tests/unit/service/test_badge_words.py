import msgspec

from house import DAY_MS, NOW, titles
from matinee.data import Catalogue
from matinee.service.badges import badges
from matinee.types import Episode, Moment, Window


def named(catalogue: Catalogue, at: Moment = NOW) -> dict[str, tuple[str, ...]]:
    return {catalogue.vocabulary.name(row): words for row, words in badges(catalogue, at).items()}


def test_only_titles_of_which_they_are_true_have_badges():
    assert named(Catalogue.of(titles())) == {"leaving": ("leaving",), "fresh": ("new",)}


def test_nothing_is_new_where_a_tenth_of_the_catalogue_came_at_once():
    several = [msgspec.structs.replace(title, added=NOW) for title in titles()]
    assert "fresh" not in named(Catalogue.of(several))


def test_a_title_that_another_window_keeps_is_not_leaving():
    soon, always = Window(end=Moment(NOW + DAY_MS)), Window()
    held = msgspec.structs.replace(titles()[0], windows=(soon, always))
    assert named(Catalogue.of([held])) == {}


def test_a_series_with_a_fresh_episode_says_so_until_it_is_old():
    series = next(title for title in titles() if title.kind == "series")
    fresh = Episode(episode_id="series-4", number=4, available_from=Moment(NOW - DAY_MS))
    catalogue = Catalogue.of([msgspec.structs.replace(series, episodes=(*series.episodes, fresh))])
    assert named(catalogue) == {"series": ("new_episode",)}
    assert named(catalogue, Moment(NOW + 14 * DAY_MS)) == {}
    assert named(catalogue, Moment(NOW - 2 * DAY_MS)) == {}
