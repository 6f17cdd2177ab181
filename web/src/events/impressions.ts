/** Decides when something has been seen: half of it visible for half a second, once a page. */

export const SEEN_SHARE = 0.5;
export const SEEN_MS = 500;

/** Calls `seen` once for each key that stays in view for `after_ms`. */
export class ImpressionTracker {
  readonly #seen: (key: string, visible_ms: number) => void;
  readonly #after_ms: number;
  readonly #running = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #done = new Set<string>();
  readonly #inView = new Set<string>();
  #asleep = false;

  constructor(seen: (key: string, visible_ms: number) => void, after_ms: number = SEEN_MS) {
    this.#seen = seen;
    this.#after_ms = after_ms;
  }

  enter(key: string): void {
    this.#inView.add(key);
    if (!this.#asleep) this.#start(key);
  }

  leave(key: string): void {
    this.#inView.delete(key);
    this.#stop(key);
  }

  /** Nobody looks at a tab in the background: what is in view there is not seen. */
  sleep(): void {
    this.#asleep = true;
    for (const key of this.#running.keys()) this.#stop(key);
  }

  wake(): void {
    this.#asleep = false;
    for (const key of this.#inView) this.#start(key);
  }

  /** Forget everything in view; no timer is left. */
  close(): void {
    for (const key of this.#running.keys()) this.#stop(key);
    this.#inView.clear();
  }

  #start(key: string): void {
    if (this.#done.has(key) || this.#running.has(key)) return;
    const timer = setTimeout(() => {
      this.#running.delete(key);
      this.#done.add(key);
      this.#seen(key, this.#after_ms);
    }, this.#after_ms);
    this.#running.set(key, timer);
  }

  #stop(key: string): void {
    const timer = this.#running.get(key);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#running.delete(key);
  }
}
