"""What a profile played, and what it did meanwhile."""

from __future__ import annotations

from matinee.types.event.envelope import EventEnvelope, Seconds

__all__ = [
    "CreditsSkip",
    "EpisodeAdvance",
    "Heartbeat",
    "Pause",
    "PlayEnd",
    "PlayStart",
    "Resume",
    "SeekBack",
    "SeekForward",
    "Stop",
]


class PlayStart(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="play_start"):
    """A play began; `autoplay` says that no one asked for it."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    autoplay: bool = False


class Heartbeat(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="heartbeat"):
    """A play is going on; sent at least once a minute."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class Pause(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="pause"):
    """A play was paused."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class Resume(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="resume"):
    """A paused play went on."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class SeekForward(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="seek_fwd"):
    """The viewer jumped ahead, from `from_s` to `position_s`."""

    from_s: Seconds | None = None
    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class SeekBack(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="seek_back"):
    """The viewer jumped back, from `from_s` to `position_s`."""

    from_s: Seconds | None = None
    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class Stop(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="stop"):
    """A play was stopped before its end; `watched_s` counts this play only."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class PlayEnd(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="play_end"):
    """A play ended; `watched_s` counts this play only, seeks left out."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class EpisodeAdvance(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="episode_advance"):
    """The player went on to the next episode; `episode_id` is the new one."""

    auto: bool = False


class CreditsSkip(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="credits_skip"):
    """The credits were skipped."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
