/** The wire shapes of the HTTP API, as its contract names them. */

export type TitleKind = "film" | "series";
export type ThumbValue = -1 | 0 | 1 | 2;

export type ReasonKind =
  | "watched"
  | "similar"
  | "liked"
  | "facet"
  | "person"
  | "trend"
  | "popular"
  | "list"
  | "resume"
  | "new"
  | "onboarding"
  | "editorial";

export interface Cause {
  readonly kind: "title" | "facet" | "person" | "neighbours" | "trend" | "list" | "editorial";
  readonly id: string;
  readonly name: string;
  /** Its part of all that spoke for the title, in [0, 1]. */
  readonly share: number;
  /** For trends: how many, and in how many days. */
  readonly count?: number;
  readonly days?: number;
}

export interface Reason {
  readonly kind: ReasonKind;
  readonly text: string;
  readonly causes: readonly Cause[];
}

export interface Artwork {
  readonly artwork_id: string;
  readonly url: string;
}

/** A title in a place: the T of the contract. */
export interface Tile {
  readonly title_id: string;
  readonly column: number;
  readonly name: string;
  readonly year: number | null;
  readonly kind: TitleKind;
  readonly genres: readonly string[];
  readonly runtime_s: number | null;
  readonly maturity: number | null;
  readonly artwork: Artwork;
  readonly reason: Reason;
  /** Calibrated probability of a thumb up, or null until there is a model for it. */
  readonly match: number | null;
  /** How far it has been watched, in [0, 1]. */
  readonly progress: number | null;
  readonly playable: boolean;
  /** The viewer's thumb; 0 where there is none. */
  readonly thumb: ThumbValue;
  readonly in_list: boolean;
  readonly badges: readonly string[];
  /** Sent back with what follows from the tile; null where no decision was recorded. */
  readonly token: string | null;
}

export interface HomeRow {
  readonly row_id: string;
  readonly kind: string;
  readonly rank: number;
  readonly label: string;
  readonly reason: Reason;
  readonly titles: readonly Tile[];
}

export interface HomePage {
  readonly request_id: string;
  readonly page_id: string;
  readonly profile_id: string;
  readonly at: string;
  readonly layout: string;
  readonly rung: "fresh" | "last" | "segment" | "popular";
  readonly rows: readonly HomeRow[];
  /** Address of the rows below these, or null. */
  readonly next: string | null;
}

export interface MoreRows {
  readonly rows: readonly HomeRow[];
  readonly next: string | null;
}

export interface ProfileSummary {
  readonly profile_id: string;
  readonly account_id: string;
  readonly name: string;
  readonly kids: boolean;
  readonly maturity: number;
  readonly language: string | null;
  readonly events: number;
}

export interface ProfilePage {
  readonly profiles: readonly ProfileSummary[];
  readonly next: string | null;
}

export interface Person {
  readonly name: string;
  readonly role: "director" | "creator" | "writer" | "actor" | "composer" | "presenter";
  readonly billing: number;
}

export interface Episode {
  readonly episode_id: string;
  readonly season: number;
  readonly number: number;
  readonly name: string;
  readonly synopsis: string;
  readonly runtime_s: number | null;
}

/** What this viewer has done with a title. */
export interface Viewer {
  readonly thumb: ThumbValue | null;
  readonly in_list: boolean;
  readonly progress: number | null;
  readonly position_s: number | null;
  readonly duration_s: number | null;
  readonly episode_id: string | null;
  readonly completed: boolean;
  readonly blocked: boolean;
}

export interface Title {
  readonly title_id: string;
  readonly name: string;
  readonly kind: TitleKind;
  readonly year: number | null;
  readonly genres: readonly string[];
  readonly tags: readonly string[];
  readonly keywords: readonly string[];
  readonly people: readonly Person[];
  readonly companies: readonly string[];
  readonly synopsis: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly runtime_s: number | null;
  readonly maturity: number;
  readonly maturity_source: "label" | "estimated" | "unknown";
  readonly episodes: readonly Episode[];
  readonly artwork: Artwork;
  readonly viewer: Viewer | null;
}

export interface SimilarTitles {
  readonly titles: readonly Tile[];
}

/** An event as it is sent: the envelope, and its kind's own fields flat beside it. */
export interface ViewerEvent {
  readonly event_id: string;
  readonly kind: string;
  readonly profile_id: string;
  readonly at: string;
  readonly [field: string]: string | number | boolean | null;
}

export interface Problem {
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
}
