/** What the viewer has just done with titles, before and until the server says the same. */

import type { ThumbValue } from "../api/types";

export interface Opinion {
  readonly thumb: ThumbValue;
  readonly inList: boolean;
  readonly notInterested: boolean;
  readonly offContinue: boolean;
}

/** What the server says of a title and its viewer: a tile, or the `viewer` of details. */
export interface Known {
  readonly thumb: ThumbValue | null;
  readonly in_list: boolean;
}

export type Opinions = ReadonlyMap<string, Partial<Opinion>>;

export const NONE: Opinion = {
  thumb: 0,
  inList: false,
  notInterested: false,
  offContinue: false,
};

export function withOpinion(
  opinions: Opinions,
  title: string,
  change: Partial<Opinion>,
): Opinions {
  return new Map(opinions).set(title, { ...opinions.get(title), ...change });
}

/** What stands: the viewer's last click, else what the server knows. */
export function opinionOf(opinions: Opinions, title: string, known: Known | null): Opinion {
  const server: Opinion =
    known === null ? NONE : { ...NONE, thumb: known.thumb ?? 0, inList: known.in_list };
  return { ...server, ...opinions.get(title) };
}

/** Titles that no row may show any more. */
export function isVanished(opinions: Opinions, title: string): boolean {
  const opinion = opinions.get(title);
  return opinion?.thumb === -1 || opinion?.notInterested === true;
}
