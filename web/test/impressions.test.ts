import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ImpressionTracker, SEEN_MS } from "../src/events/impressions";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function tracked(): { tracker: ImpressionTracker; seen: string[] } {
  const seen: string[] = [];
  return { seen, tracker: new ImpressionTracker((key) => seen.push(key)) };
}

it("counts what stays in view for half a second", () => {
  const { tracker, seen } = tracked();
  tracker.enter("a");
  vi.advanceTimersByTime(SEEN_MS - 1);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual(["a"]);
});

it("does not count what only passes by", () => {
  const { tracker, seen } = tracked();
  tracker.enter("a");
  vi.advanceTimersByTime(SEEN_MS - 1);
  tracker.leave("a");
  tracker.enter("a");
  vi.advanceTimersByTime(SEEN_MS - 1);
  tracker.leave("a");
  vi.advanceTimersByTime(10 * SEEN_MS);
  expect(seen).toEqual([]);
});

it("counts a tile once a page, however often it comes into view", () => {
  const { tracker, seen } = tracked();
  for (let time = 0; time < 3; time += 1) {
    tracker.enter("a");
    vi.advanceTimersByTime(SEEN_MS);
    tracker.leave("a");
  }
  expect(seen).toEqual(["a"]);
});

it("counts nothing while nobody can look, and starts over when they can", () => {
  const { tracker, seen } = tracked();
  tracker.enter("a");
  vi.advanceTimersByTime(SEEN_MS - 100);
  tracker.sleep();
  tracker.enter("b");
  vi.advanceTimersByTime(10 * SEEN_MS);
  expect(seen).toEqual([]);
  tracker.wake();
  vi.advanceTimersByTime(SEEN_MS - 1);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen.toSorted()).toEqual(["a", "b"]);
});

it("leaves no timer behind when its page closes", () => {
  const { tracker, seen } = tracked();
  tracker.enter("a");
  tracker.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(SEEN_MS);
  expect(seen).toEqual([]);
});
