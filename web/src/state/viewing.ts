/** One profile's visit: its page, its opinions, and the events that its clicks become. */

import { createContext, useContext } from "react";
import type { ThumbValue } from "../api/types";
import type { EventQueue } from "../events/queue";
import { type RecordEvent, recorder } from "../events/recorder";
import { HomeStore } from "./home";
import { type Opinion, type Opinions, withOpinion } from "./opinions";
import { Store } from "./store";

/** A title and the tile it was met on, if any. */
export interface Met {
  readonly title_id: string;
  readonly token?: string | null | undefined;
}

export class Viewing {
  readonly profile: string;
  readonly record: RecordEvent;
  readonly home: HomeStore;
  readonly opinions = new Store<Opinions>(new Map());
  readonly #queue: EventQueue;

  constructor(profile: string, queue: EventQueue) {
    this.profile = profile;
    this.#queue = queue;
    this.record = recorder(queue, profile);
    this.home = new HomeStore(profile, () => queue.flush());
  }

  thumb(met: Met, value: ThumbValue): void {
    this.#act("thumb", met, { thumb: value }, { value });
  }

  list(met: Met, inList: boolean): void {
    this.#act(inList ? "mylist_add" : "mylist_remove", met, { inList });
  }

  notInterested(met: Met): void {
    this.#act("not_interested", met, { notInterested: true });
  }

  removeFromContinue(met: Met): void {
    this.#act("remove_from_continue", met, { offContinue: true });
  }

  /** A play changes the next page too, and brings a title back to Continue Watching. */
  played(title: string): void {
    this.opinions.update((opinions) => withOpinion(opinions, title, { offContinue: false }));
    this.home.markStale();
  }

  /** Resolves when the server has all events so far, or could not take them. */
  settled(): Promise<boolean> {
    return this.#queue.flush();
  }

  #act(
    kind: string,
    { title_id, token }: Met,
    change: Partial<Opinion>,
    fields: { value?: number } = {},
  ): void {
    this.record(kind, { title_id, token, ...fields });
    this.opinions.update((opinions) => withOpinion(opinions, title_id, change));
    this.home.markStale();
    void this.#queue.flush();
  }
}

/** One `Viewing` a profile, for as long as the document lives. */
export class Visits {
  readonly #queue: EventQueue;
  readonly #visits = new Map<string, Viewing>();

  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  of(profile: string): Viewing {
    const visit = this.#visits.get(profile) ?? new Viewing(profile, this.#queue);
    this.#visits.set(profile, visit);
    return visit;
  }
}

export const ViewingContext = createContext<Viewing | null>(null);

/** The visit under way, or null where a title is looked at without a profile. */
export function useViewing(): Viewing | null {
  return useContext(ViewingContext);
}

/** The same, inside pages that exist for a profile only. */
export function useVisit(): Viewing {
  const viewing = useContext(ViewingContext);
  if (viewing === null) throw new Error("this page needs a profile");
  return viewing;
}
