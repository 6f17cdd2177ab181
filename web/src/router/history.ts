/** The place in the browser's history, as a store that components subscribe to. */

import type { Reason } from "../api/types";
import { formatRoute, parseRoute, type Route } from "./route";

/** What travels with an address but is not part of it. */
export interface Luggage {
  /** The token of the tile that led here: its consequences carry it. */
  readonly token?: string | null;
  /** Why that tile was shown. */
  readonly reason?: Reason;
  /** How many entries back the page lies that this one covers; absent: it covers none. */
  readonly depth?: number;
  /** The entry before this one is the site's own. */
  readonly inside?: boolean;
  /** No one asked for this play: the player went on by itself. */
  readonly autoplay?: boolean;
}

export interface Place {
  readonly route: Route;
  readonly luggage: Luggage;
}

type Listener = () => void;

export class History {
  readonly #window: Window;
  readonly #listeners = new Set<Listener>();
  #place: Place;

  constructor(target: Window) {
    this.#window = target;
    this.#place = this.#read();
    target.addEventListener("popstate", () => {
      this.#place = this.#read();
      this.#tell();
    });
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): Place => this.#place;

  go(route: Route, luggage: Luggage = {}): void {
    const packed = { ...luggage, inside: true };
    this.#window.history.pushState(packed, "", formatRoute(route));
    this.#arrive(route, packed);
  }

  replace(route: Route, luggage: Luggage = {}): void {
    const packed = { ...luggage, inside: this.#place.luggage.inside === true };
    this.#window.history.replaceState(packed, "", formatRoute(route));
    this.#arrive(route, packed);
  }

  back(steps = 1): void {
    this.#window.history.go(-steps);
  }

  /** Back to where the viewer came from; to `home` if that was outside the site. */
  leave(home: Route): void {
    if (this.#place.luggage.inside === true) this.back();
    else this.replace(home);
  }

  #arrive(route: Route, luggage: Luggage): void {
    this.#place = { route, luggage };
    this.#tell();
  }

  #read(): Place {
    const { pathname, search } = this.#window.location;
    const kept: unknown = this.#window.history.state;
    const luggage = typeof kept === "object" && kept !== null ? (kept as Luggage) : {};
    return { route: parseRoute(pathname, search), luggage };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
