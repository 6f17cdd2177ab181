"""How the catalogue stores keep a title: its stored form, and what an edit may not do."""

from __future__ import annotations

import msgspec

from matinee.types import Moment, Title
from matinee.types.moment import decode_moment

__all__ = ["check_owner", "decode_title", "encode_title", "filled", "merged"]

_ENCODER = msgspec.msgpack.Encoder(enc_hook=int)
_DECODER: msgspec.msgpack.Decoder[Title] = msgspec.msgpack.Decoder(Title, dec_hook=decode_moment)


def encode_title(title: Title) -> bytes:
    """Return the stored form of a title; the same for equal titles.

    Structs built in Python are not checked by msgspec, so this is the border for embedders.

    Raises:
        ValueError: the title breaks its schema; names the title and the field.
    """
    try:
        return _ENCODER.encode(_DECODER.decode(_ENCODER.encode(title)))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
        msg = f"title {title.title_id!r} cannot be kept: {error}"
        raise ValueError(msg) from error


def decode_title(body: bytes) -> Title:
    """Read a title's stored form."""
    return _DECODER.decode(body)


def filled(title: Title, *, held: Title | None, now: Moment) -> Title:
    """Fill `added` where it is None: with `now` for a new title, else with what it was.

    Raises:
        ValueError: an episode stands twice in it.
    """
    ids = [episode.episode_id for episode in title.episodes]
    if len(set(ids)) != len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        msg = f"title {title.title_id!r} names episode {twice!r} twice; episode ids are distinct"
        raise ValueError(msg)
    if title.added is not None:
        return title
    return msgspec.structs.replace(title, added=now if held is None else held.added)


def merged(title: Title, *, held: Title, said: Title | None, first: Title) -> Title:
    """Return the held title with those fields that a source now says otherwise than it `said`.

    Where no source said anything (None), it counts as having said how the title `first` was,
    but for what only operators know: whether it is hidden, and when it may be shown.
    """
    if said is None:
        said = msgspec.structs.replace(first, hidden=title.hidden, windows=title.windows)
    changed = {
        field: value
        for field in title.__struct_fields__
        if (value := getattr(title, field)) != getattr(said, field)
    }
    if title.added is None:
        changed.pop("added", None)
    return msgspec.structs.replace(held, **changed)


def check_owner(episode: str, *, title: str, owner: str) -> None:
    """Refuse an episode that belongs to another title: events of it are stored already.

    Raises:
        ValueError: `owner` is not `title`.
    """
    if owner != title:
        msg = f"episode {episode!r} belongs to title {owner!r}, not to {title!r}; give it a new id"
        raise ValueError(msg)
