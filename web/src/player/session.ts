/** One play, as a clock that can be steered: what a video element would do, and its events. */

import type { Fields } from "../events/recorder";

export type Emit = (kind: string, fields: Fields) => void;

export interface PlayOptions {
  readonly duration_s: number;
  readonly position_s: number;
  readonly autoplay: boolean;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly emit: Emit;
}

export interface PlayState {
  readonly position_s: number;
  readonly duration_s: number;
  readonly playing: boolean;
  readonly ended: boolean;
  readonly speed: number;
}

/** A real player tells at least once a minute that it is going on. */
const HEARTBEAT_MS = 30_000;

/** From here on a title counts as at its credits. */
export const CREDITS = 0.92;

export class PlaySession {
  readonly #now: () => number;
  readonly #emit: Emit;
  readonly #duration_s: number;
  #position_s: number;
  #watched_s = 0;
  #speed = 1;
  #playing = false;
  #over = false;
  #ended = false;
  #last: number;
  #lastBeat: number;
  #jump: { readonly from_s: number; readonly to_s: number } | null = null;

  constructor(options: PlayOptions) {
    this.#now = options.now;
    this.#emit = options.emit;
    this.#duration_s = options.duration_s;
    this.#position_s = Math.min(Math.max(0, options.position_s), options.duration_s);
    this.#last = this.#now();
    this.#lastBeat = this.#last;
    this.#playing = true;
    this.#emit("play_start", { ...this.#where(), autoplay: options.autoplay });
  }

  get state(): PlayState {
    return {
      position_s: this.#position_s,
      duration_s: this.#duration_s,
      playing: this.#playing,
      ended: this.#ended,
      speed: this.#speed,
    };
  }

  get atCredits(): boolean {
    return this.#position_s >= CREDITS * this.#duration_s;
  }

  /** Move the clock on to now; ends the play at the end of the title. */
  tick(): void {
    const now = this.#now();
    const passed_s = ((now - this.#last) / 1000) * this.#speed;
    this.#last = now;
    if (!this.#playing || this.#over) return;
    const moved = Math.min(passed_s, this.#duration_s - this.#position_s);
    this.#position_s += moved;
    this.#watched_s += moved;
    if (this.#position_s >= this.#duration_s) this.#end();
    else if (now - this.#lastBeat >= HEARTBEAT_MS) {
      this.#lastBeat = now;
      this.#emit("heartbeat", this.#tally());
    }
  }

  pause(): void {
    this.tick();
    if (!this.#playing || this.#over) return;
    this.settleSeek();
    this.#playing = false;
    this.#emit("pause", this.#where());
  }

  resume(): void {
    this.tick();
    if (this.#playing || this.#over) return;
    this.settleSeek();
    this.#playing = true;
    this.#lastBeat = this.#last;
    this.#emit("resume", this.#where());
  }

  setSpeed(speed: number): void {
    this.tick();
    this.#speed = speed;
  }

  /** Jump. A drag is many jumps and one event: `settleSeek` sends it. */
  seek(to_s: number): void {
    this.tick();
    if (this.#over) return;
    const from_s = this.#jump?.from_s ?? this.#position_s;
    this.#position_s = Math.min(Math.max(0, to_s), this.#duration_s);
    this.#jump = { from_s, to_s: this.#position_s };
  }

  settleSeek(): void {
    const jump = this.#jump;
    this.#jump = null;
    if (jump === null || this.#over || jump.from_s === jump.to_s) return;
    this.#emit(jump.to_s > jump.from_s ? "seek_fwd" : "seek_back", {
      from_s: tenth(jump.from_s),
      position_s: tenth(jump.to_s),
      duration_s: tenth(this.#duration_s),
    });
  }

  /** The viewer goes away: a stop, wherever that is; how far they got says the rest. */
  leave(): void {
    this.tick();
    if (this.#over) return;
    this.settleSeek();
    this.#over = true;
    this.#playing = false;
    this.#emit("stop", this.#tally());
  }

  /** On to what comes next: skips the credits if they run, else stops. */
  skip(): void {
    this.tick();
    if (this.#over) return;
    if (!this.atCredits) {
      this.leave();
      return;
    }
    this.settleSeek();
    this.#emit("credits_skip", this.#where());
    this.#end();
  }

  #end(): void {
    this.settleSeek();
    this.#over = true;
    this.#ended = true;
    this.#playing = false;
    this.#emit("play_end", this.#tally());
  }

  #where(): Fields {
    return { position_s: tenth(this.#position_s), duration_s: tenth(this.#duration_s) };
  }

  #tally(): Fields {
    return { ...this.#where(), watched_s: tenth(this.#watched_s) };
  }
}

function tenth(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
