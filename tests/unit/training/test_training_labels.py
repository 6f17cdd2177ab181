"""What single stories come to as training examples: each is one viewer's acts, and a label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from acts import T0, Act, signals
from matinee.data import Catalogue
from matinee.features import Rewards
from matinee.features.graded import COMPONENTS
from matinee.training.delayed import Delayed
from matinee.training.labels import Labelled, labelled
from matinee.types import DAY_MS, Moment, Title, mark

END = 7200.0
CATALOGUE = Catalogue.of(
    [
        Title(title_id="film", name="Film", genres=("Crime",), runtime_s=END),
        Title(title_id="other", name="Other", genres=("War",), runtime_s=END),
        Title(title_id="short", name="Short", genres=("Crime",), runtime_s=1800.0),
    ]
)
V1 = Rewards.default()
LATER = Moment(T0 + 20 * DAY_MS)


def act(kind: str, title: str | None = "film", *, day: float = 0, **said: object) -> Act:
    """Return an act on a day, in the session of that day."""
    at = T0 + round(day * DAY_MS)
    return Act(kind, title, **{"session": f"s{int(day)}", "at": at, **said})


def labels(*acts: Act, at: Moment = LATER, rewards: Rewards = V1) -> Labelled:
    return labelled(signals(acts, CATALOGUE), catalogue=CATALOGUE, rewards=rewards, at=at)


def component(found: Labelled, name: str) -> list[float]:
    return found.components[:, COMPONENTS.index(name)].tolist()


def seen_whole(day: float, title: str = "film") -> Act:
    return act("play_end", title, day=day, position=END, watched=END)


PASSED = (act("impression"), act("row_scroll", None, day=0.001))


def test_each_exposure_that_was_passed_over_is_an_example_of_its_own() -> None:
    again = (act("impression", day=3), act("row_scroll", None, day=3.001))
    found = labels(*PASSED, *again)
    assert ((found.began - T0) / DAY_MS).tolist() == [0, 3]
    assert component(found, "passed") == [1, 1]
    np.testing.assert_allclose(found.labels, -0.1)
    assert found.final.tolist() == [True, False]  # the first one was over when it was shown anew


def test_what_comes_of_a_title_is_credited_to_the_exposure_before_it_was_taken_up() -> None:
    found = labels(
        *PASSED,
        act("impression", day=3),
        act("mylist_add", day=3.001),
        act("impression", day=5),
        seen_whole(6),
        act("thumb", day=9, value=1),
    )
    assert ((found.began - T0) / DAY_MS).tolist() == [0, 3]
    assert found.labels.tolist() == pytest.approx([-0.1, 1.0])
    weights = V1.weights
    minutes = np.log1p(END / 60) / np.log1p(V1.scale.minutes)
    whole = weights.completed + weights.watched_share + weights.watched_minutes * minutes
    assert found.rewards[1] == pytest.approx(whole + weights.thumb_up + weights.mylist_add)


def test_after_the_final_days_the_next_play_is_an_example_of_its_own() -> None:
    found = labels(seen_whole(0), seen_whole(57), at=Moment(T0 + 60 * DAY_MS))
    assert len(found) == 2
    assert found.shown.tolist() == [False, False]
    assert component(found, "rewatch") == [0, 0]
    assert component(labels(seen_whole(0), seen_whole(7)), "rewatch") == [1]


def test_nothing_that_was_not_known_yet_counts() -> None:
    acts = (act("impression"), seen_whole(0.1), act("thumb", day=9, value=2))
    for day, thumbs in ((8, 0), (9, 1)):
        found = labels(*acts, at=Moment(T0 + day * DAY_MS))
        assert component(found, "two_thumbs_up") == [thumbs]
    columns = signals(acts, CATALOGUE)
    columns.received[:] = T0 + 12 * DAY_MS
    columns.received[0] = T0
    known = labelled(columns, catalogue=CATALOGUE, rewards=V1, at=Moment(T0 + 11 * DAY_MS))
    assert (len(known), component(known, "completed")) == (1, [0])


NOES = [
    ([seen_whole(0.01), act("thumb", day=0.2, value=-1)], -1.0),
    ([act("not_interested", day=0.01)], -1.0),
    ([act("stop", day=0.01, position=90, watched=90)], -0.5),
    ([act("details_open", day=0.01)], -0.2),
    ([act("row_scroll", None, day=0.01)], -0.1),
    ([], 0.0),
]


def test_a_stronger_no_has_a_lower_label_and_a_lower_reward() -> None:
    found = [labels(act("impression"), *acts) for acts, _ in NOES]
    assert [one.labels[0] for one in found] == pytest.approx([label for _, label in NOES])
    own = SHIPPED.replace("mylist_add = 0.4", "passed = -0.02\nmylist_add = 0.4")
    of_own = Rewards.parse(own.encode(), name="own")
    down, unwanted, abandoned, clicked, passed, nothing = (
        float(labels(act("impression"), *acts, rewards=of_own).rewards[0]) for acts, _ in NOES
    )
    assert max(down, unwanted) < abandoned < clicked < passed < nothing == 0


def test_a_film_that_was_finished_and_thumbed_down_has_a_negative_reward() -> None:
    found = labels(seen_whole(0), act("thumb", day=1, value=-1))
    assert found.rewards[0] == pytest.approx(V1.scale.disliked_at_most)


def test_a_first_genre_after_a_history_is_a_discovery() -> None:
    own = Rewards.parse(SHIPPED.replace("after = 20", "after = 1").encode(), name="own")
    acts = (seen_whole(0), seen_whole(1, "other"), seen_whole(2, "short"))
    assert component(labels(*acts, rewards=own), "new_genre") == [0, 1, 0]
    assert component(labels(*acts), "new_genre") == [0, 0, 0]


def test_the_token_of_the_first_tile_joins_an_example_to_the_page_that_showed_it() -> None:
    found = labels(act("hover"), act("impression", day=0.01, token="tile.1"))
    assert found.tiles.tolist() == [mark("tile.1")]


SHIPPED = (Path(__file__).parents[3] / "src/matinee/features/rewards/v1.toml").read_text("utf-8")


def test_another_file_gives_other_labels_and_rewards_by_the_same_code(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        SHIPPED.replace("version = 1", "version = 9")
        .replace('{ when = "mylist_add", is = 0.5 }', '{ when = "mylist_add", is = -0.25 }')
        .replace("mylist_add = 0.4", "mylist_add = -2.0"),
        "utf-8",
    )
    acts = (act("impression"), act("mylist_add", day=0.1), *(seen_whole(2, "other"),))
    one, two = labels(*acts), labels(*acts, rewards=Rewards.load(own))
    assert one.labels.tolist() == [0.5, 1.0]
    assert two.labels.tolist() == [-0.25, 1.0]
    assert one.rewards[0] == pytest.approx(0.4)
    assert two.rewards[0] == pytest.approx(-2.0)
    assert one.rewards[1] == two.rewards[1]
    assert (one.rewards_version, two.rewards_version) == (1, 9)


def test_without_rules_the_label_is_the_sign_of_the_reward() -> None:
    bare = Rewards.parse(SHIPPED.split("[labels]")[0].encode(), name="bare")
    found = labels(
        act("mylist_add"), act("details_open", "other"), act("hover", "short"), rewards=bare
    )
    assert found.labels.tolist() == [1, -1, 0]


def test_debiased_a_short_title_watched_whole_is_worth_as_much_as_a_long_one() -> None:
    viewers = [
        act("stop", title, profile=p, position=share * length, watched=share * length, day=0.1)
        for p, share in enumerate((0.25, 0.5, 0.75, 1.0))
        for title, length in (("film", END), ("short", 1800.0))
    ]
    own = SHIPPED.replace('debias = "none"', 'debias = "d2q"').replace(
        "buckets = 20", "buckets = 2"
    )
    plain, debiased = (
        labels(*viewers),
        labels(*viewers, rewards=Rewards.parse(own.encode(), name="o")),
    )
    long, short = debiased.titles == 0, debiased.titles == 2
    assert component(debiased, "watched_share") == [0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1]
    np.testing.assert_allclose(
        debiased.components[long][:, COMPONENTS.index("watched_minutes")],
        debiased.components[short][:, COMPONENTS.index("watched_minutes")],
    )
    minutes = plain.components[:, COMPONENTS.index("watched_minutes")]
    assert (minutes[long] > minutes[short]).all()


def test_an_imputation_of_another_file_is_refused() -> None:
    columns = signals(PASSED, CATALOGUE)
    fitted = Delayed().fit(
        columns,
        catalogue=CATALOGUE,
        rewards=Rewards.chosen("v2"),
        at=LATER,
        rng=np.random.default_rng(1),
    )
    with pytest.raises(ValueError, match="another reward file"):
        labelled(columns, catalogue=CATALOGUE, rewards=V1, at=LATER, delayed=fitted)


def test_no_events_are_no_examples() -> None:
    assert len(labels()) == 0
    empty = Catalogue.of([])
    assert len(labelled(signals([], empty), catalogue=empty, rewards=V1, at=LATER)) == 0
