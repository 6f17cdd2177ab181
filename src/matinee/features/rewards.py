"""The reward file: what each signal is worth, as versioned data and not as code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

__all__ = [
    "Abandoned",
    "Binge",
    "Completed",
    "Credit",
    "Duration",
    "FastSeason",
    "Glance",
    "LabelRule",
    "Labels",
    "NewGenre",
    "QualityPlay",
    "QuickAbandon",
    "Rating",
    "Rewards",
    "Scale",
    "Session",
    "Weights",
]

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each signal adds to the reward: of a history entry, and of a training example.

    `passed` (seen on a page, left, and something else done) is known of examples only: what was
    merely shown leaves no history entry.
    """

    completed: float
    watched_share: float
    watched_minutes: float
    thumb_up: float
    two_thumbs_up: float
    thumb_down: float
    not_interested: float
    taste_pick: float
    mylist_add: float
    rewatch: float
    fast_season: float
    new_genre: float
    quick_abandon: float
    click_no_play: float
    quality_play: float = 0.0
    binge: float = 0.0
    passed: float = 0.0


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units of the weights, and what is assumed where a client said nothing."""

    minutes: Positive
    assumed_share: Share
    disliked_at_most: Annotated[float, msgspec.Meta(lt=0)]


class Completed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where a play counts as completed, in shares of the duration."""

    watched: Share
    position: Share


class QualityPlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a play must be to count as chosen: the smaller of a share and a length."""

    share: Share
    film_s: Positive
    episode_s: Positive


class Glance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Below either, a play says nothing."""

    seconds: Positive
    share: Share


class Rating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which shares of a rating's maximum are thumbs."""

    up: Share
    down: Share


class QuickAbandon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Given up within this many minutes."""

    minutes: Positive


class FastSeason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole season of at least so many episodes within so many days."""

    days: Positive
    episodes: Count


class NewGenre(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many liked titles come before a discovery counts."""

    after: Count


class Session(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acts without a session id that are further apart belong to two sessions."""

    gap_minutes: Positive = 30.0


class Binge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many different episodes of a series finished within so many hours."""

    episodes: Annotated[int, msgspec.Meta(ge=2)] = 3
    hours: Positive = 6.0


class Abandoned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Left open, while its viewer has been about for so many days since."""

    days: Positive = 14.0


class Credit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a touch may lie before its play, and an outcome after it."""

    minutes: Positive = 240.0
    days: Positive = 28.0


class LabelRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the signal `when` holds, the label is `is`, in [−1, 1]."""

    when: Literal[
        "completed",
        "thumb_up",
        "two_thumbs_up",
        "thumb_down",
        "not_interested",
        "taste_pick",
        "mylist_add",
        "rewatch",
        "fast_season",
        "new_genre",
        "quick_abandon",
        "click_no_play",
        "quality_play",
        "binge",
        "passed",
    ]
    label: Annotated[float, msgspec.Meta(ge=-1, le=1)] = msgspec.field(name="is")


class Labels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which label a training example gets: that of the first rule that holds, else 0.

    The order is the hierarchy: an opinion before what was done, and a stronger no before a
    weaker one. Without rules the label is the sign of the reward.
    """

    rules: tuple[LabelRule, ...] = ()
    unseen: Annotated[float, msgspec.Meta(ge=-1, le=0)] = -0.02
    final_days: Positive = 56.0


class Duration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the bias of watch time towards long titles is taken out of examples.

    `d2q`: how long somebody watched counts as the quantile among watch times of titles about as
    long, in `buckets` of equally many plays (Zhan et al., KDD 2022).
    """

    debias: Literal["none", "d2q"] = "none"
    buckets: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 20


class Rewards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reward file; `features/rewards/v1.toml` says what each number means.

    A file says its numbers in full but for the sections that have defaults here.
    """

    version: Annotated[int, msgspec.Meta(ge=1)]
    weights: Weights
    scale: Scale
    completed: Completed
    quality_play: QualityPlay
    glance: Glance
    rating: Rating
    quick_abandon: QuickAbandon
    fast_season: FastSeason
    new_genre: NewGenre
    session: Session = Session()
    binge: Binge = Binge()
    abandoned: Abandoned = Abandoned()
    credit: Credit = Credit()
    labels: Labels = Labels()
    duration: Duration = Duration()

    @classmethod
    def default(cls) -> Rewards:
        """Return the version that is used where nothing else is said: v1."""
        return cls.chosen("v1")

    @classmethod
    def chosen(cls, said: str, *, home: Path | None = None) -> Rewards:
        """Return a version that ships with the package (`v1`), or what a TOML file says.

        A relative path is looked up in `home`, or without one from where the process runs.

        Raises:
            ValueError: no such version (they are listed) or file, or it does not hold.
        """
        if not said.endswith(".toml"):
            shipped = _shipped()
            if said not in shipped:
                msg = (
                    f"no rewards called {said!r}; there are {', '.join(sorted(shipped))},"
                    " or a path to a .toml file"
                )
                raise ValueError(msg)
            return cls.parse(shipped[said], name=f"rewards/{said}.toml")
        path = Path(said) if home is None else home / said
        try:
            return cls.load(path)
        except OSError as error:
            msg = f"the reward file {path} cannot be read: {error.strerror or error}"
            raise ValueError(msg) from error

    @classmethod
    def load(cls, path: Path) -> Rewards:
        """Read a reward file.

        Raises:
            OSError: it cannot be read.
            ValueError: it is not TOML, or a key is missing, unknown or out of range.
        """
        return cls.parse(path.read_bytes(), name=str(path))

    @classmethod
    def parse(cls, text: bytes, *, name: str) -> Rewards:
        """Read the bytes of a reward file called `name`.

        Raises:
            ValueError: it is not TOML, or a key is missing, unknown (the known ones are listed)
                or out of range.
        """
        try:
            tree = tomllib.loads(text.decode())
            _refuse_unknown(cls, tree, "")
            return msgspec.convert(tree, cls)
        except (ValueError, msgspec.ValidationError) as error:
            msg = f"the reward file {name} does not hold: {error}"
            raise ValueError(msg) from error


def _shipped() -> dict[str, bytes]:
    folder = resources.files("matinee.features").joinpath("rewards")
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_bytes() for file in files}


def _refuse_unknown(cls: type[msgspec.Struct], tree: Mapping[str, Any], where: str) -> None:
    known = {field.encode_name: field.type for field in msgspec.structs.fields(cls)}
    for key, value in tree.items():
        if key not in known:
            place = f"[{where}]" if where else "the file"
            msg = f"no key {key!r} in {place}; there are {', '.join(sorted(known))}"
            raise ValueError(msg)
        kind = known[key]
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
            _refuse_unknown(kind, value, f"{where}.{key}" if where else key)
