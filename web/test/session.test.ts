import { describe, expect, it } from "vitest";
import type { Fields } from "../src/events/recorder";
import { PlaySession } from "../src/player/session";

interface Told {
  readonly kind: string;
  readonly fields: Fields;
}

function play(duration_s = 6000, position_s = 0) {
  const told: Told[] = [];
  const clock = { ms: 0 };
  const session = new PlaySession({
    duration_s,
    position_s,
    autoplay: false,
    now: () => clock.ms,
    emit: (kind, fields) => told.push({ kind, fields }),
  });
  const pass = (seconds: number): void => {
    clock.ms += seconds * 1000;
    session.tick();
  };
  return { session, told, pass, kinds: () => told.map((one) => one.kind) };
}

describe("a play", () => {
  it("ends at the end of the title, having watched all of it", () => {
    const { session, told, pass } = play(6000);
    session.setSpeed(600);
    pass(9.9);
    expect(session.state.ended).toBe(false);
    pass(5);
    expect(session.state.ended).toBe(true);
    expect(told).toEqual([
      {
        kind: "play_start",
        fields: { position_s: 0, duration_s: 6000, autoplay: false },
      },
      { kind: "play_end", fields: { position_s: 6000, duration_s: 6000, watched_s: 6000 } },
    ]);
  });

  it("does not count what was skipped as watched", () => {
    const { session, told, pass } = play(1000);
    pass(10);
    session.seek(900);
    pass(5);
    session.leave();
    expect(told.slice(1)).toEqual([
      { kind: "seek_fwd", fields: { from_s: 10, position_s: 900, duration_s: 1000 } },
      { kind: "stop", fields: { position_s: 905, duration_s: 1000, watched_s: 15 } },
    ]);
  });

  it("stands still while it is paused", () => {
    const { session, pass, kinds } = play(1000);
    pass(10);
    session.pause();
    pass(500);
    session.resume();
    pass(10);
    expect(session.state.position_s).toBe(20);
    expect(kinds()).toEqual(["play_start", "pause", "resume"]);
  });

  it("tells every half minute that it goes on, whatever its speed", () => {
    const { session, pass, kinds } = play(100_000);
    session.setSpeed(60);
    for (let second = 0; second < 61; second += 1) pass(1);
    expect(kinds()).toEqual(["play_start", "heartbeat", "heartbeat"]);
  });

  it("makes one jump of a drag, and none of a drag that comes back", () => {
    const { session, told } = play(1000, 500);
    session.seek(400);
    session.seek(300);
    session.settleSeek();
    session.seek(600);
    session.seek(300);
    session.settleSeek();
    expect(told.slice(1)).toEqual([
      { kind: "seek_back", fields: { from_s: 500, position_s: 300, duration_s: 1000 } },
    ]);
  });

  it("stops once, and tells nothing after", () => {
    const { session, pass, kinds } = play(1000);
    session.leave();
    session.leave();
    session.resume();
    session.seek(10);
    session.settleSeek();
    pass(2000);
    expect(kinds()).toEqual(["play_start", "stop"]);
  });

  it("counts going on at the credits as an end, and before them as a stop", () => {
    const late = play(1000, 930);
    late.session.skip();
    expect(late.kinds()).toEqual(["play_start", "credits_skip", "play_end"]);
    const early = play(1000, 500);
    early.session.skip();
    expect(early.kinds()).toEqual(["play_start", "stop"]);
  });

  it("cannot be steered outside the title", () => {
    const { session } = play(1000);
    session.seek(-50);
    expect(session.state.position_s).toBe(0);
    session.seek(5000);
    expect(session.state.position_s).toBe(1000);
  });
});
