"""The nouns: frozen values without input or output, clock or randomness."""

from matinee.types.arrays import Flags, Floats, Index, Ints, Longs, Matrix, Scores
from matinee.types.event import DEVICES, EXPLICIT, KINDS, ORIGINS, Device, Event, Origin
from matinee.types.history import Histories, History, Record
from matinee.types.ids import (
    AccountId,
    BundleId,
    EpisodeId,
    EventId,
    Id,
    PageId,
    ProfileId,
    SessionId,
    TitleId,
)
from matinee.types.moment import DAY_MS, Moment
from matinee.types.page import Cause, Choice, Line, Page, Reason, Row
from matinee.types.profile import Account, Profile
from matinee.types.ranked import Ranked
from matinee.types.request import Request
from matinee.types.signals import Offset, Signals, Tail, mark
from matinee.types.title import Artwork, Episode, OtherName, Person, Title, Window

__all__ = [
    "DAY_MS",
    "DEVICES",
    "EXPLICIT",
    "KINDS",
    "ORIGINS",
    "Account",
    "AccountId",
    "Artwork",
    "BundleId",
    "Cause",
    "Choice",
    "Device",
    "Episode",
    "EpisodeId",
    "Event",
    "EventId",
    "Flags",
    "Floats",
    "Histories",
    "History",
    "Id",
    "Index",
    "Ints",
    "Line",
    "Longs",
    "Matrix",
    "Moment",
    "Offset",
    "Origin",
    "OtherName",
    "Page",
    "PageId",
    "Person",
    "Profile",
    "ProfileId",
    "Ranked",
    "Reason",
    "Record",
    "Request",
    "Row",
    "Scores",
    "SessionId",
    "Signals",
    "Tail",
    "Title",
    "TitleId",
    "Window",
    "mark",
]
