/** Watches elements of one page and tells when each has been seen. */

import { ImpressionTracker, SEEN_SHARE } from "./impressions";

type Seen = (visible_ms: number) => void;

export class Watcher {
  readonly #calls = new Map<string, Seen>();
  readonly #keys = new WeakMap<Element, string>();
  readonly #tracker = new ImpressionTracker((key, visible_ms) => this.#calls.get(key)?.(visible_ms));
  #observer: IntersectionObserver | null = null;
  #covered = false;

  /** Begin; the answer ends it. */
  open(): () => void {
    document.addEventListener("visibilitychange", this.#look);
    return () => {
      document.removeEventListener("visibilitychange", this.#look);
      this.#observer?.disconnect();
      this.#observer = null;
      this.#tracker.close();
    };
  }

  /** Call `seen` once when `element` has been in view long enough. The answer stops watching. */
  readonly watch = (element: Element, key: string, seen: Seen): (() => void) => {
    this.#observer ??= new IntersectionObserver((entries) => this.#crossed(entries), {
      threshold: SEEN_SHARE,
    });
    const observer = this.#observer;
    this.#calls.set(key, seen);
    this.#keys.set(element, key);
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      this.#tracker.leave(key);
    };
  };

  /** A dialog lies over the page, or no longer does. */
  cover(covered: boolean): void {
    this.#covered = covered;
    this.#look();
  }

  readonly #look = (): void => {
    if (this.#covered || document.visibilityState === "hidden") this.#tracker.sleep();
    else this.#tracker.wake();
  };

  #crossed(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const key = this.#keys.get(entry.target);
      if (key === undefined) continue;
      if (entry.isIntersecting && entry.intersectionRatio >= SEEN_SHARE) this.#tracker.enter(key);
      else this.#tracker.leave(key);
    }
  }
}
