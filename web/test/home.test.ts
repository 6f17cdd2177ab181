import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HomeStore } from "../src/state/home";

const PAGE = { page_id: "1", rows: [], next: null };
const answer = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("sessionStorage", { getItem: () => null });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is up to date once a page was made after all clicks had arrived", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(answer(PAGE)));
  const home = new HomeStore("p", () => Promise.resolve(true));
  await home.load();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(home.get()).toMatchObject({ page: PAGE, loading: false, stale: false, error: null });
});

it("wants another page when the clicks had not arrived", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(answer(PAGE)));
  const home = new HomeStore("p", () => Promise.resolve(false));
  await home.load();
  expect(home.get().stale).toBe(false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(home.get()).toMatchObject({ page: PAGE, stale: true });
});

it("keeps the page that there is when a new one fails, and says so", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(answer(PAGE)));
  const home = new HomeStore("p", () => Promise.resolve(true));
  await home.load();
  vi.stubGlobal("fetch", () => Promise.resolve(answer({ title: "Gone", status: 503 }, 503)));
  await home.load();
  expect(home.get().page).toEqual(PAGE);
  expect(home.get().error).not.toBeNull();
});
