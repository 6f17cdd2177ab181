"""The slow, obvious twin of the history fold: one profile, one title, one event after another.

It stands beside `naive.py` because it is as long as all the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_PLAYS = {
    "play_start",
    "heartbeat",
    "pause",
    "resume",
    "seek_fwd",
    "seek_back",
    "stop",
    "play_end",
    "episode_advance",
    "credits_skip",
}
_TOUCHES = _PLAYS | {
    "details_open",
    "thumb",
    "rate",
    "mylist_add",
    "mylist_remove",
    "remove_from_continue",
    "not_interested",
    "taste_pick",
}


def history(events: Sequence[Any], titles: Sequence[Any], rewards: Any) -> list[dict[str, Any]]:
    """One profile's history from its events in order, title by title, event by event.

    An event is anything with `kind, title, episode, at, value, position, duration, watched`
    (title and episode as ids, None where unsaid), and `device, tz_offset`;
    an entry is a dict by field name.
    """
    by_id = {title.title_id: (row, title) for row, title in enumerate(titles)}
    found = []
    for title_id, (row, title) in by_id.items():
        acts = [e for e in events if e.title == title_id and e.kind in _TOUCHES]
        if acts:
            found.append({"title": row} | _entry(acts, title, rewards))
    found.sort(key=lambda entry: (entry["at"], entry["title"]))
    liked_before: list[dict[str, Any]] = []
    for entry in found:
        genres = set(titles[entry["title"]].genres)
        known = {genre for one in liked_before for genre in titles[one["title"]].genres}
        liked = entry["seen"] and entry["weight"] > 0
        if liked and genres - known and len(liked_before) >= rewards.new_genre.after:
            entry["discovery"] = True
        if liked:
            liked_before.append(entry)
    for entry in found:
        if entry.pop("discovery", False):
            entry["weight"] += rewards.weights.new_genre
    return found


def _thumb_of(rated: float, rewards: Any) -> int:
    return 1 if rated >= rewards.rating.up else -1 if rated <= rewards.rating.down else 0


def _said(acts: Sequence[Any], rewards: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"thumb": 0, "rated": None, "unwanted": False, "listed_at": 0}
    for act in acts:
        if act.kind == "thumb":
            said["thumb"] = act.value
        if act.kind == "rate":
            said["rated"] = act.value
            said["thumb"] = _thumb_of(round(act.value, 6), rewards)
        judged = act.kind in ("thumb", "rate")
        if act.kind in ("mylist_add", "taste_pick") or (judged and said["thumb"] >= 0):
            said["unwanted"] = False
        if act.kind == "not_interested":
            said["unwanted"] = True
        if act.kind == "mylist_add" and not said["listed_at"]:
            said["listed_at"] = act.at
        if act.kind == "mylist_remove":
            said["listed_at"] = 0
    return said


def _entry(acts: Sequence[Any], title: Any, rewards: Any) -> dict[str, Any]:
    said = _said(acts, rewards)
    thumb, rated, unwanted, listed_at = said.values()
    kinds = [act.kind for act in acts]
    picked, opened = "taste_pick" in kinds, "details_open" in kinds
    puts = [kind for kind in kinds if kind == "remove_from_continue" or kind in _PLAYS]
    put_away = puts[-1:] == ["remove_from_continue"]
    idle = {"mylist_remove", "remove_from_continue", "details_open"}
    told = [act for act in acts if act.kind not in idle]
    taste_at = max((act.at for act in told), default=0)
    entry = _watched([act for act in acts if act.kind in _PLAYS], title, rewards)
    if put_away:
        entry |= {"position": None, "duration": None, "episode": None}
    share = 1.0 if rated is not None else entry.pop("share")
    entry.pop("share", None)
    w = rewards.weights
    weight = w.watched_share * share
    weight += (
        w.watched_minutes * math.log1p(entry["watched"] / 60) / math.log1p(rewards.scale.minutes)
    )
    weight += {0: 0, 1: w.thumb_up, 2: w.two_thumbs_up, -1: w.thumb_down}[thumb]
    weight += w.completed * entry["completed"] + w.rewatch * entry.pop("rewatched")
    weight += w.fast_season * entry.pop("fast") + w.quick_abandon * entry.pop("abandoned")
    weight += w.mylist_add * (listed_at > 0) + w.taste_pick * picked
    weight += w.not_interested * unwanted + w.click_no_play * (opened and not taste_at)
    if unwanted or thumb < 0:
        weight = min(weight, rewards.scale.disliked_at_most)
    return entry | {
        "at": taste_at or acts[-1].at,
        "thumb": thumb,
        "rated": rated,
        "seen": entry["seen"] or rated is not None,
        "chosen": entry["quality"] or entry["completed"] or rated is not None,
        "listed_at": listed_at,
        "blocked": unwanted or thumb < 0,
        "device": (told or acts)[-1].device,
        "tz_offset": (told or acts)[-1].tz_offset,
        "weight": weight,
    }


def _watched(acts: Sequence[Any], title: Any, rewards: Any) -> dict[str, Any]:
    entry: dict[str, Any] = dict.fromkeys(
        ("seen", "quality", "completed", "rewatched", "fast", "abandoned"), False
    )
    entry |= dict.fromkeys(("finished_at", "watched", "played_at", "share"), 0)
    entry |= dict.fromkeys(("position", "duration", "episode"))
    if not acts:
        return entry
    order = sorted(title.episodes, key=lambda e: (e.season, e.number))
    names = [episode.episode_id for episode in order]
    entry["played_at"] = acts[-1].at
    out = [e for e in order if (e.available_from or 0) <= entry["played_at"]]
    last = (out or order)[-1].episode_id if out or order else None
    if order and not out:
        last = names[0]
    units: dict[str | None, list[Any]] = {}
    for act in acts:
        units.setdefault(act.episode if act.episode in names else None, []).append(act)
    views = []
    for episode, own in units.items():
        runtime = next((e.runtime_s for e in order if e.episode_id == episode), None)
        duration = [a.duration for a in own if a.duration is not None][-1:] or [runtime]
        duration = duration[0] if duration[0] is not None else title.runtime_s
        duration = duration if duration and duration > 0 else None
        views += _viewings(own, episode, duration, rewards)
    entry["seen"] = any(view["beyond"] for view in views)
    long = rewards.quality_play.episode_s if title.kind == "series" else rewards.quality_play.film_s
    part = rewards.quality_play.share
    entry["quality"] = any(
        view["vague"] or view["watched"] >= min(long, part * (view["duration"] or math.inf))
        for view in views
    )
    entry["watched"] = sum(view["watched"] for view in views)
    entry["share"] = max(view["share"] for view in views)
    ends = [v for v in views if v["completed"] and (v["episode"] == last or not order)]
    entry["completed"] = bool(ends)
    entry["finished_at"] = max((view["at"] for view in ends), default=0)
    done = [view["episode"] for view in views if view["completed"]]
    entry["rewatched"] = len(done) > len(set(done))
    entry["fast"] = _fast(views, order, rewards)
    closed = any(act.kind in ("stop", "play_end") for act in acts)
    little = entry["watched"] < 60 * rewards.quick_abandon.minutes
    entry["abandoned"] = closed and little and entry["share"] < rewards.completed.watched
    worthy = [view for view in views if view["worthy"]]
    if worthy:
        view = max(worthy, key=lambda v: acts.index(v["last"]))
        if not view["finished"]:
            entry |= {key: view[key] for key in ("position", "duration", "episode")}
        elif view["episode"] is not None:
            later = order[names.index(view["episode"]) + 1 :]
            later = [e for e in later if (e.available_from or 0) <= entry["played_at"]]
            if later:
                runtime = title.runtime_s if later[0].runtime_s is None else later[0].runtime_s
                entry |= {"position": 0, "duration": runtime, "episode": later[0].episode_id}
    return entry


def _fast(views: Sequence[dict[str, Any]], order: Sequence[Any], rewards: Any) -> bool:
    for season in {episode.season for episode in order} - {0}:
        names = {e.episode_id for e in order if e.season == season}
        times = [
            min(v["at"] for v in views if v["completed"] and v["episode"] == name)
            for name in names
            if any(v["completed"] and v["episode"] == name for v in views)
        ]
        whole = len(times) == len(names) >= rewards.fast_season.episodes and len(times) > 0
        if whole and max(times) - min(times) <= rewards.fast_season.days * 86_400_000:
            return True
    return False


def _viewings(
    acts: Sequence[Any], episode: str | None, duration: float | None, rewards: Any
) -> list[dict[str, Any]]:
    plays: list[list[Any]] = []
    for act in acts:
        starts = act.kind in ("play_start", "episode_advance")
        closes = act.kind in ("stop", "play_end")
        over = plays and any(a.kind in ("stop", "play_end") for a in plays[-1])
        if not plays or starts or (closes and over):
            plays.append([act])
        else:
            plays[-1].append(act)
    groups: list[list[dict[str, Any]]] = []
    for acts_of_play in plays:
        play = _play(acts_of_play, duration, rewards)
        if groups and not groups[-1][-1]["finished"]:
            groups[-1].append(play)
        else:
            groups.append([play])
    return [_viewing(group, episode, duration, rewards) for group in groups]


def _play(acts: Sequence[Any], duration: float | None, rewards: Any) -> dict[str, Any]:
    said = [act.watched for act in acts if act.watched is not None]
    starting = ("play_start", "episode_advance")
    reached = [a.position for a in acts if a.kind not in starting and a.position is not None]
    stands = [
        0.0 if act.kind == "episode_advance" else act.position
        for act in acts
        if act.position is not None or act.kind == "episode_advance"
    ]
    began = acts[0].position if acts[0].kind == "play_start" and acts[0].position else 0.0
    watched = max(said) if said else max(reached[-1] - began, 0.0) if reached else None
    ended = any(act.kind == "play_end" for act in acts)
    glance = watched is not None and watched < rewards.glance.seconds
    if reached and duration:
        finished = reached[-1] / duration >= rewards.completed.position
    else:
        little = bool(watched is not None and duration) and (
            watched / duration < rewards.completed.watched
        )
        finished = ended and not glance and not little
    return {
        "acts": acts,
        "watched": watched,
        "stands": stands[-1] if stands else None,
        "vague": ended and (watched is None or duration is None) and not glance,
        "finished": finished,
    }


def _viewing(
    plays: Sequence[dict[str, Any]], episode: str | None, duration: float | None, rewards: Any
) -> dict[str, Any]:
    watched = sum(play["watched"] or 0.0 for play in plays)
    share = watched / duration if duration else None
    vague = any(play["vague"] for play in plays)
    finished = plays[-1]["finished"]
    completed = finished and share is not None and share >= rewards.completed.watched
    glance = watched < rewards.glance.seconds or (
        share is not None and share < rewards.glance.share
    )
    stands = [play["stands"] for play in plays if play["stands"] is not None]
    counted = min(share, 1.0) if share is not None else 0.0
    beyond = not glance or vague or completed
    return {
        "episode": episode,
        "at": plays[-1]["acts"][-1].at,
        "last": plays[-1]["acts"][-1],
        "watched": watched,
        "share": max(counted, rewards.scale.assumed_share) if vague else counted,
        "position": stands[-1] if stands else watched,
        "duration": duration,
        "finished": finished,
        "vague": vague,
        "completed": completed,
        "beyond": beyond,
        "worthy": beyond or plays[0]["acts"][0].kind == "episode_advance",
    }
