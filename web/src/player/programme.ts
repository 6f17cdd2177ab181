/** What a viewer would play next of a title, and from where. */

import type { Episode, Title } from "../api/types";

/** Where the catalogue does not know how long something is. */
const FILM_S = 100 * 60;
const EPISODE_S = 45 * 60;

/** Less than this is not worth resuming. */
const RESUME_FROM_S = 15;
const RESUME_TO = 0.95;

export interface Programme {
  readonly episode: Episode | null;
  readonly position_s: number;
  readonly duration_s: number;
  /** A play that goes on where another stopped. */
  readonly resumed: boolean;
}

export function inOrder(episodes: readonly Episode[]): Episode[] {
  return episodes.toSorted((a, b) => a.season - b.season || a.number - b.number);
}

export function seasons(episodes: readonly Episode[]): number[] {
  return [...new Set(episodes.map((episode) => episode.season))].toSorted((a, b) => a - b);
}

export function following(title: Title, episode: Episode | null): Episode | null {
  if (episode === null) return null;
  const all = inOrder(title.episodes);
  const at = all.findIndex((other) => other.episode_id === episode.episode_id);
  return at < 0 ? null : (all[at + 1] ?? null);
}

export function duration(title: Title, episode: Episode | null): number {
  if (episode !== null) return episode.runtime_s ?? title.runtime_s ?? EPISODE_S;
  return title.runtime_s ?? (title.kind === "film" ? FILM_S : EPISODE_S);
}

function from(title: Title, episode: Episode | null, position_s: number): Programme {
  const duration_s = duration(title, episode);
  const resumed = position_s >= RESUME_FROM_S && position_s < RESUME_TO * duration_s;
  return { episode, duration_s, resumed, position_s: resumed ? position_s : 0 };
}

/**
 * The episode asked for; else the one that was left half-way, the one after the last finished,
 * or the first. `chosen` is an episode's id or null.
 */
export function programme(title: Title, chosen: string | null): Programme {
  const all = inOrder(title.episodes);
  const viewer = title.viewer;
  const last = all.find((episode) => episode.episode_id === viewer?.episode_id) ?? null;
  const position_s = viewer?.position_s ?? 0;
  const asked = all.find((episode) => episode.episode_id === chosen);
  if (asked !== undefined) return from(title, asked, asked === last ? position_s : 0);
  if (all.length === 0) return from(title, null, viewer?.completed === true ? 0 : position_s);
  if (last === null) return from(title, all[0] ?? null, 0);
  if (position_s >= RESUME_TO * duration(title, last)) {
    return from(title, following(title, last) ?? all[0] ?? null, 0);
  }
  return from(title, last, position_s);
}

/** "S2 E5". */
export function place(episode: Episode): string {
  return `S${episode.season} E${episode.number}`;
}
