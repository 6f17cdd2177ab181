/** The page a profile sees, and when it has to be made anew. */

import { api } from "../api/client";
import type { HomePage, HomeRow } from "../api/types";
import { Store } from "./store";

export interface HomeState {
  readonly page: HomePage | null;
  readonly error: Error | null;
  readonly loading: boolean;
  /** Something happened since that the next page will answer to. */
  readonly stale: boolean;
}

const EMPTY: HomeState = { page: null, error: null, loading: false, stale: true };

/** How long after clicks that did not arrive another page is tried. */
const RETOLD_MS = 5_000;

/** A row keeps its identity from one page to the next, so that what stays does not flicker. */
export function rowKey(row: HomeRow): string {
  return `${row.kind}:${row.label}`;
}

export class HomeStore extends Store<HomeState> {
  readonly #profile: string;
  readonly #beforeLoad: () => Promise<boolean>;
  #running: AbortController | null = null;

  /** `beforeLoad` resolves to whether the server has all that the viewer did. */
  constructor(profile: string, beforeLoad: () => Promise<boolean>) {
    super(EMPTY);
    this.#profile = profile;
    this.#beforeLoad = beforeLoad;
  }

  markStale(): void {
    this.update((state) => ({ ...state, stale: true }));
  }

  async load(): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.update((state) => ({ ...state, loading: true, stale: false, error: null }));
    try {
      const told = await this.#beforeLoad();
      const page = await api.home(this.#profile, running.signal);
      this.update((state) => ({ ...state, page, loading: false }));
      // The page does not know the latest clicks yet: make another when they may have arrived.
      if (!told) setTimeout(() => this.markStale(), RETOLD_MS);
    } catch (error) {
      if (running.signal.aborted) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.update((state) => ({ ...state, error: failure, loading: false }));
    }
  }

  /** Append the rows below, if there are any. */
  async more(): Promise<void> {
    const { page, loading } = this.get();
    if (page === null || page.next === null || loading) return;
    this.update((state) => ({ ...state, loading: true }));
    try {
      const below = await api.rows(page.next, new AbortController().signal);
      this.update((state) => ({ ...state, loading: false, page: joined(state.page, page, below) }));
    } catch {
      // The page above still stands; the rows below are asked for again on the next scroll.
      this.update((state) => ({ ...state, loading: false }));
    }
  }
}

function joined(
  now: HomePage | null,
  asked: HomePage,
  below: Pick<HomePage, "rows" | "next">,
): HomePage | null {
  if (now === null || now.page_id !== asked.page_id) return now;
  return { ...now, rows: [...now.rows, ...below.rows], next: below.next };
}
