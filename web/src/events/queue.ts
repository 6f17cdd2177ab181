/** The outbox of events: batches, retries with the same ids, and a last post on leaving. */

import type { ViewerEvent } from "../api/types";

export type Sent = "done" | "later" | "too_large";

/** Delivers a batch; `last` when the document is going away. Never throws. */
export type Transport = (events: readonly ViewerEvent[], last: boolean) => Promise<Sent>;

export interface QueueOptions {
  /** How long an event may wait for company. */
  readonly wait_ms?: number;
  readonly batch?: number;
  /** Events kept while the server is away; the oldest go first. */
  readonly capacity?: number;
  readonly retry_ms?: number;
  readonly longest_retry_ms?: number;
}

const DEFAULTS = {
  wait_ms: 2_000,
  batch: 100,
  capacity: 5_000,
  retry_ms: 1_000,
  longest_retry_ms: 30_000,
} satisfies Required<QueueOptions>;

/** What outlives its document may carry 64 KiB; an event is at most about 800 bytes. */
const LAST_BATCH = 75;

export class EventQueue {
  readonly #transport: Transport;
  readonly #options: Required<QueueOptions>;
  #waiting: ViewerEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<boolean> | null = null;
  #failures = 0;

  constructor(transport: Transport, options: QueueOptions = {}) {
    this.#transport = transport;
    this.#options = { ...DEFAULTS, ...options };
  }

  get size(): number {
    return this.#waiting.length;
  }

  push(event: ViewerEvent): void {
    this.#waiting.push(event);
    const over = this.#waiting.length - this.#options.capacity;
    if (over > 0) this.#waiting.splice(0, over);
    if (this.#waiting.length >= this.#options.batch && this.#failures === 0) void this.flush();
    else this.#schedule(this.#options.wait_ms);
  }

  /** Send all that waits now. Resolves to false if the server did not take it (a retry is due). */
  async flush(): Promise<boolean> {
    while (this.#sending !== null) await this.#sending;
    this.#cancel();
    this.#sending = this.#drain();
    try {
      return await this.#sending;
    } finally {
      this.#sending = null;
    }
  }

  /** The document goes away, or may: post what is left in requests that outlive it. */
  leave(): void {
    for (let from = 0; from < this.#waiting.length; from += LAST_BATCH) {
      void this.#lastPost(this.#waiting.slice(from, from + LAST_BATCH));
    }
  }

  /** If the document stays after all, what was not taken goes the usual way: ids forbid doubles. */
  async #lastPost(events: readonly ViewerEvent[]): Promise<void> {
    if ((await this.#transport(events, true)) === "done") this.#drop(events);
    else this.#schedule(this.#options.wait_ms);
  }

  #drop(events: readonly ViewerEvent[]): void {
    const gone = new Set(events.map((event) => event.event_id));
    this.#waiting = this.#waiting.filter((event) => !gone.has(event.event_id));
  }

  async #drain(): Promise<boolean> {
    let size = this.#options.batch;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, size);
      const sent = await this.#transport(batch, false);
      if (sent === "later") {
        this.#backOff();
        return false;
      }
      this.#failures = 0;
      if (sent === "too_large" && batch.length > 1) {
        size = Math.ceil(batch.length / 2);
        continue;
      }
      this.#drop(batch);
    }
    return true;
  }

  #backOff(): void {
    const { retry_ms, longest_retry_ms } = this.#options;
    this.#schedule(Math.min(retry_ms * 2 ** this.#failures, longest_retry_ms));
    this.#failures += 1;
  }

  #schedule(delay_ms: number): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, delay_ms);
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
