"""Film names as people say them, from the way that data sets file them."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["alternatives", "display_name", "join_key", "split_year"]

_ARTICLES = (
    "The|A|An|La|Le|Les|L'|El|Los|Las|Lo|Il|Gli|Der|Die|Das|Den|Det|De|Ein|Eine|En|Ett|Un|Une|Una"
)
_ARTICLE_LAST = re.compile(rf"^(?P<rest>.+?),\s+(?P<article>{_ARTICLES})$")
_ARTICLE_FIRST = re.compile(rf"^(?:(?:{_ARTICLES})\s|L')", re.IGNORECASE)
_YEAR = re.compile(r"\s*\((?P<year>\d{4})(?:[-–]\s*\d{0,4})?\)\s*$")
_KNOWN_AS = re.compile(r"^a\.?k\.?a\.?:?\s+", re.IGNORECASE)
_NO_LETTER = re.compile(r"[^0-9a-z]+")


def split_year(raw: str) -> tuple[str, int | None]:
    """Split "Heat (1995)" into name and year; without a year, the name is left as it is."""
    found = _YEAR.search(raw)
    if found is None:
        return raw.strip(), None
    return raw[: found.start()].strip(), int(found["year"])


def display_name(raw: str) -> str:
    """Return "The Red Balloon" for "Red Balloon, The (Ballon rouge, Le)".

    Names in brackets at the end are other names of the film and are left out, unless the name
    consists of nothing else.
    """
    name, _ = _split_groups(_article_first(raw.strip()))
    return _article_first(name)


def alternatives(raw: str) -> tuple[str, ...]:
    """Return the other names in brackets, in the order written, as people say them."""
    _, groups = _split_groups(_article_first(raw.strip()))
    return tuple(_article_first(_KNOWN_AS.sub("", group.strip())) for group in groups)


def join_key(name: str) -> str:
    """Return a spelling under which two sources' names of one film are equal.

    Case, accents, punctuation and a leading article do not count. "" if nothing is left.
    """
    plain = _ARTICLE_FIRST.sub("", display_name(name)) or name
    bare = unicodedata.normalize("NFKD", plain.replace("&", " and ")).casefold()
    return _NO_LETTER.sub("", "".join(c for c in bare if not unicodedata.combining(c)))


def _article_first(name: str) -> str:
    found = _ARTICLE_LAST.match(name)
    if found is None:
        return " ".join(name.split())
    article = found["article"]
    space = "" if article.endswith("'") else " "
    return " ".join(f"{article}{space}{found['rest']}".split())


def _split_groups(name: str) -> tuple[str, list[str]]:
    """Split off the bracketed groups at the end, which may hold brackets themselves."""
    groups: list[str] = []
    while name.endswith(")"):
        depth = 0
        for start in range(len(name) - 1, -1, -1):
            depth += (name[start] == ")") - (name[start] == "(")
            if depth == 0:
                break
        if depth or not name[:start].strip():
            break
        groups.insert(0, name[start + 1 : -1])
        name = name[:start].strip()
    return name, groups
