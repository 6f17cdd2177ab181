"""An independent reader of pages: every sentence is checked against raw events and titles.

It shares no code with what wrote the sentences; a sentence that it does not know is an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from past import DAY, MONTHS, PLAYS, ROLES, Truth, words

from matinee.testing.rows_world import NOW, World
from matinee.types import Line, Page, Reason, Request


def finished(t: Truth, row: int, name: str, day: str) -> bool:
    of = t.by_name[name]
    at = int(t.entry(of, "finished_at"))
    return (
        bool(t.entry(of, "completed"))
        and t.day(day, at)
        and at in {when for when, _ in t.of(of, *PLAYS)}
    )


def rated(t: Truth, row: int, name: str, stars: str) -> bool:
    last = t.of(t.by_name[name], "rate")[-1][1]
    return math.isclose(last * 5, float(stars), abs_tol=0.05)


def thumbed(t: Truth, row: int, name: str, how: str) -> bool:
    kind, value = t.thumb(t.by_name[name])
    if how == "two thumbs up":
        return value == 2
    return value >= 0.8 if kind == "rate" else value == 1


def watched(t: Truth, row: int, name: str, day: str | None) -> bool:
    of = t.by_name[name]
    plays = t.of(of, *PLAYS)
    return of in t.seen() and (day is None or t.day(day.strip(), max(at for at, _ in plays)))


def like(t: Truth, row: int, genres: str, name: str) -> bool:
    both = set(t.titles[row].genres) & set(t.titles[t.by_name[name]].genres)
    return set(words(genres)) <= both and t.by_name[name] in t.entries


def most(t: Truth, row: int, genres: str) -> bool:
    every = {genre for title in t.titles for genre in title.genres}
    counts = {genre: t.count(genre) for genre in every}
    return all(
        counts[genre] > 0 and sum(counts[other] > counts[genre] for other in counts) <= 2
        for genre in words(genres)
    )


def most_of_this(t: Truth, row: int, genres: str) -> bool:
    return set(words(genres)) <= set(t.titles[row].genres) and most(t, row, genres)


def credited(t: Truth, row: int, role: str, person: str, name: str) -> bool:
    def has(title: Any) -> bool:
        return any(p.name == person and p.role in ROLES[role] for p in title.people)

    return has(t.titles[row]) and has(t.titles[t.by_name[name]]) and t.by_name[name] in t.seen()


def plays(t: Truth, row: int, count: str) -> bool:
    today = NOW // DAY
    found = [at for _, kind, title, at, _ in t.everyone if kind == "play_start" and title == row]
    return sum(today - 7 < at // DAY <= today for at in found) == int(count)


def likes(t: Truth, row: int, count: str) -> bool:
    return int(count) == sum(
        title == row and ((kind == "thumb" and value >= 1) or (kind == "rate" and value > 0.79))
        for _, kind, title, _, value in t.everyone
    )


def left(t: Truth, row: int, *said: str | None) -> bool:
    number, hours, minutes, how = said
    position, duration = float(t.entry(row, "positions")), float(t.entry(row, "durations"))
    whole = 60 * int((hours or "0").split()[0]) + int((minutes or "0").split()[0])
    seconds = duration - position if how == "left" else position
    near = abs(max(seconds / 60, 1) - whole) <= 0.51
    return near and (number is None or numbered(t, row, number))


def numbered(t: Truth, row: int, number: str) -> bool:
    name = t.world.catalogue.episode_rows.name(int(t.entry(row, "episodes")))
    [episode] = [e for e in t.titles[row].episodes if e.episode_id == name]
    return number == f"S{episode.season} E{episode.number}"


def following(t: Truth, row: int, number: str) -> bool:
    return float(t.entry(row, "positions")) == 0 and numbered(t, row, number)


def catalogued(t: Truth, row: int, genres: str, year: str | None) -> bool:
    title = t.titles[row]
    return set(words(genres)) <= set(title.genres) and (year is None or title.year == int(year))


NAME = r"(Title \d+)"
DAYS = r"(?:today|on \w+day|in \w+ \d{4})"
GENRES = r"((?:Action|Comedy|Crime|Drama|Sci-Fi|War|\(no genres listed\)|, | and )+)"
Check = Callable[..., bool]
SENTENCES: list[tuple[str, Check]] = [
    (rf"You finished {NAME} ({DAYS})", finished),
    (rf"You rated {NAME} ([\d.]+) of 5", rated),
    (rf"You gave {NAME} (a thumb up|two thumbs up)", thumbed),
    (rf"You watched {NAME}((?: {DAYS})?)", lambda t, row, n, day: watched(t, row, n, day or None)),
    (rf"You put {NAME} on your list", lambda t, row, n: t.listed_since(t.by_name[n]) > 0),
    (rf"You began {NAME}", lambda t, row, n: bool(t.of(t.by_name[n], *PLAYS))),
    (
        rf"You picked {NAME} as one you like",
        lambda t, row, n: bool(t.of(t.by_name[n], "taste_pick")),
    ),
    (rf"(With|\w+ by) ([\w ]+), like {NAME}", credited),
    (rf"{GENRES}, like {NAME}", like),
    (rf"{GENRES}, which you watch most", most_of_this),
    (
        rf"{GENRES}, like (\d+) titles that you watched",
        lambda t, row, g, n: t.count(g) == int(n) and g in t.titles[row].genres,
    ),
    (r"(\d+) plays? in the last 7 days", plays),
    (r"(\d+) likes? from viewers of this catalogue", likes),
    (r"Added on (\d+ \w+(?: \d{4})?)", lambda t, row, d: t.date(d, t.titles[row].added)),
    (r"On your list since (\d+ \w+(?: \d{4})?)", lambda t, row, d: t.date(d, t.listed_since(row))),
    (r"Next: (S\d+ E\d+)", following),
    (r"(?:(S\d+ E\d+), )?(\d+ h)? ?(\d+ min)? (left|in)", left),
    (r"From this catalogue", lambda t, row: True),
    (rf"{GENRES}(?:, (\d{{4}}))?", catalogued),
]


def row_added_since(t: Truth, titles: list[int], said: str) -> bool:
    days = [t.local(t.titles[row].added).date() for row in titles]
    parts = said.split()
    year = int(parts[2]) if len(parts) == 3 else t.local(NOW).year
    since = datetime(year, MONTHS.index(parts[1]) + 1, int(parts[0]), tzinfo=UTC).date()
    return min(days) >= since


ROW_SENTENCES: list[tuple[str, Check]] = [
    (
        r"You began these and have not finished them",
        lambda t, rows: all(not math.isnan(t.entry(row, "positions")) for row in rows),
    ),
    (r"You put these on your list", lambda t, rows: all(t.listed_since(row) for row in rows)),
    (
        r"Played by viewers in the last 7 days",
        lambda t, rows: all(not plays(t, row, "0") for row in rows),
    ),
    (
        r"Liked by viewers of this catalogue",
        lambda t, rows: all(not likes(t, row, "0") for row in rows),
    ),
    (r"Added since (\d+ \w+(?: \d{4})?)", row_added_since),
    (
        r"You have not watched or liked anything yet",
        lambda t, rows: not t.seen() and not (t.request.history.thumbs > 0).any(),
    ),
    (
        r"(\d+) of the (\d+) titles you watched (?:is|are) ([\w-]+)",
        lambda t, rows, n, m, g: (t.count(g), len(t.seen())) == (int(n), int(m)),
    ),
    (r"The title you watched is ([\w-]+)", lambda t, rows, g: t.count(g) == len(t.seen()) == 1),
    (
        r"([\w-]+): titles that you have not seen",
        lambda t, rows, g: all(g in t.titles[r].genres and r not in t.seen() for r in rows),
    ),
    (rf"You watch {GENRES} most", lambda t, rows, g: most(t, -1, g)),
]


def check_text(t: Truth, text: str, row: int) -> str:
    """Return the pattern of the sentence; fail if it is unknown or untrue."""
    for pattern, holds in SENTENCES:
        if match := re.fullmatch(pattern, text):
            assert holds(t, row, *match.groups()), f"not true of title {row}: {text!r}"
            return pattern
    raise AssertionError(f"nobody knows how to check {text!r}")


def check_row_text(t: Truth, line: Line, titles: list[int]) -> str:
    """The same for a row's reason, which may also say what a title's says."""
    for pattern, holds in ROW_SENTENCES:
        if match := re.fullmatch(pattern, line.reason.text):
            assert holds(t, titles, *match.groups()), f"not true of the row: {line.reason.text!r}"
            return pattern
    return check_text(t, line.reason.text, line.about)


def check_causes(t: Truth, reason: Reason, row: int) -> None:
    """Cited titles are the viewer's own, liked, not blocked, and fit for the page."""
    for cause in reason.causes:
        assert 0 <= cause.share <= 1
        if cause.kind == "title" and reason.kind != "resume":
            [cited] = [r for r, title in enumerate(t.titles) if title.title_id == cause.id]
            assert t.titles[cited].name == cause.name
            assert cited in t.entries, f"{cause.name} is not in the history"
            assert t.entry(cited, "weights") > 0
            assert not t.entry(cited, "blocked")
            assert not t.titles[cited].hidden
            assert t.titles[cited].minimum_age <= t.ceiling
        if cause.kind == "facet" and cause.count is not None:
            assert t.count(cause.name) == cause.count
    assert sum(cause.share for cause in reason.causes if cause.kind == "title") <= 1.002


def check_page(world: World, viewer: int, request: Request, page: Page) -> set[str]:
    """Check every sentence of a page; return the patterns that were met."""
    truth, met = Truth(world, viewer, request), set()
    for row in page.rows:
        titles = row.titles.tolist()
        met.add(check_row_text(truth, row.line, titles))
        assert len(row.reasons) == len(titles)
        for title, reason in zip(titles, row.reasons, strict=True):
            met.add(check_text(truth, reason.text, title))
            check_causes(truth, reason, title)
    return met
