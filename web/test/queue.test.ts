import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ViewerEvent } from "../src/api/types";
import { EventQueue, type Sent, type Transport } from "../src/events/queue";
import { meaning } from "../src/events/post";

function event(id: number): ViewerEvent {
  return { event_id: `e${id}`, kind: "hover", profile_id: "p", at: "2026-01-01T00:00:00Z" };
}

/** A server that answers what it is told to, and remembers what it was sent. */
function server(...answers: Sent[]): { transport: Transport; posts: string[][]; last: boolean[] } {
  const posts: string[][] = [];
  const last: boolean[] = [];
  const transport: Transport = (events, leaving) => {
    posts.push(events.map((one) => one.event_id));
    last.push(leaving);
    return Promise.resolve(answers.shift() ?? "done");
  };
  return { transport, posts, last };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the event queue", () => {
  it("waits for company and sends a batch in order", async () => {
    const { transport, posts } = server();
    const queue = new EventQueue(transport, { wait_ms: 2000 });
    queue.push(event(1));
    queue.push(event(2));
    await vi.advanceTimersByTimeAsync(1999);
    expect(posts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(posts).toEqual([["e1", "e2"]]);
    expect(queue.size).toBe(0);
  });

  it("does not wait once a batch is full", async () => {
    const { transport, posts } = server();
    const queue = new EventQueue(transport, { batch: 2 });
    queue.push(event(1));
    queue.push(event(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(posts).toEqual([["e1", "e2"]]);
  });

  it("sends the same ids again when the server was away, waiting longer each time", async () => {
    const { transport, posts } = server("later", "later");
    const queue = new EventQueue(transport, { wait_ms: 10, retry_ms: 1000 });
    queue.push(event(1));
    await vi.advanceTimersByTimeAsync(10);
    await vi.advanceTimersByTimeAsync(999);
    expect(posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(posts).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(posts).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(posts).toEqual([["e1"], ["e1"], ["e1"]]);
    expect(queue.size).toBe(0);
  });

  it("halves a batch that the server finds too large, and loses nothing", async () => {
    const { transport, posts } = server("too_large");
    const queue = new EventQueue(transport, { batch: 4 });
    for (const id of [1, 2, 3]) queue.push(event(id));
    expect(await queue.flush()).toBe(true);
    expect(posts).toEqual([["e1", "e2", "e3"], ["e1", "e2"], ["e3"]]);
  });

  it("drops a single event that is too large for any post", async () => {
    const { transport } = server("too_large");
    const queue = new EventQueue(transport);
    queue.push(event(1));
    expect(await queue.flush()).toBe(true);
    expect(queue.size).toBe(0);
  });

  it("keeps the newest when the server stays away longer than there is room", async () => {
    const { transport, posts } = server("later");
    const queue = new EventQueue(transport, { capacity: 2 });
    for (const id of [1, 2, 3]) queue.push(event(id));
    expect(await queue.flush()).toBe(false);
    expect(posts).toEqual([["e2", "e3"]]);
  });

  it("tells whoever flushes whether the server has everything", async () => {
    const { transport } = server("later");
    const queue = new EventQueue(transport);
    queue.push(event(1));
    expect(await queue.flush()).toBe(false);
    expect(await queue.flush()).toBe(true);
  });

  it("includes what is pushed while a batch is under way", async () => {
    const posts: string[][] = [];
    const slow: Transport = async (events) => {
      posts.push(events.map((one) => one.event_id));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return "done";
    };
    const queue = new EventQueue(slow);
    queue.push(event(1));
    const first = queue.flush();
    queue.push(event(2));
    await vi.advanceTimersByTimeAsync(100);
    expect(await first).toBe(true);
    expect(posts).toEqual([["e1"], ["e2"]]);
  });

  it("posts the rest as the document leaves, and does not repeat what was taken", async () => {
    const { transport, posts, last } = server();
    const queue = new EventQueue(transport, { wait_ms: 5 });
    queue.push(event(1));
    queue.leave();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts).toEqual([["e1"]]);
    expect(last).toEqual([true]);
  });

  it("sends again after a leave that failed, if the document stayed", async () => {
    const { transport, posts, last } = server("later");
    const queue = new EventQueue(transport, { wait_ms: 5 });
    queue.push(event(1));
    queue.leave();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts).toEqual([["e1"], ["e1"]]);
    expect(last).toEqual([true, false]);
  });
});

describe("an answer of the server", () => {
  it.each([
    [200, "done"],
    [400, "done"],
    [422, "done"],
    [413, "too_large"],
    [429, "later"],
    [401, "later"],
    [503, "later"],
  ] as const)("%i means %s", (status, sent) => {
    expect(meaning(status)).toBe(sent);
  });
});
