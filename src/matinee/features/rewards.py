"""The reward file: what each signal is worth, as versioned data and not as code."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

__all__ = [
    "Abandoned",
    "Binge",
    "Completed",
    "Credit",
    "FastSeason",
    "Glance",
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
    """What each signal adds to a history entry's weight."""

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


class Rewards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the reward file; `features/rewards/v1.toml` says what each number means."""

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

    @classmethod
    def default(cls) -> Rewards:
        """Return the newest version that ships with the package."""
        return cls.parse(
            resources.files("matinee.features").joinpath("rewards", "v1.toml").read_bytes(),
            name="rewards/v1.toml",
        )

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
            ValueError: it is not TOML, or a key is missing, unknown or out of range.
        """
        try:
            return msgspec.toml.decode(text, type=cls)
        except msgspec.DecodeError as error:
            msg = f"the reward file {name} does not hold: {error}"
            raise ValueError(msg) from error
