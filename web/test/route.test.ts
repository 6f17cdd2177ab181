import { describe, expect, it } from "vitest";
import { formatRoute, parseRoute, PICKER, type Route } from "../src/router/route";

const ROUTES: readonly (readonly [string, Route])[] = [
  ["/", PICKER],
  ["/?q=mira+o&pages=3", { page: "profiles", search: "mira o", pages: 3 }],
  ["/?new=1", { ...PICKER, making: true }],
  ["/browse/p1", { page: "browse", profile: "p1" }],
  ["/browse/a~b%3A1", { page: "browse", profile: "a~b:1" }],
  ["/title/16", { page: "title", title: "16", profile: null }],
  ["/title/16?profile=p1&season=2", { page: "title", title: "16", profile: "p1", season: 2 }],
  ["/title/16?profile=p1&from=h1", { page: "title", title: "16", profile: "p1", from: "h1" }],
  ["/watch/16?profile=p1", { page: "watch", title: "16", profile: "p1", episode: null }],
  [
    "/watch/16?profile=p1&episode=16-e2",
    { page: "watch", title: "16", profile: "p1", episode: "16-e2" },
  ],
];

describe("an address", () => {
  it.each(ROUTES)("%s is read and written the same", (address, route) => {
    const url = new URL(address, "http://localhost");
    expect(parseRoute(url.pathname, url.search)).toEqual(route);
    expect(formatRoute(route)).toBe(address);
  });

  it.each(["/nowhere", "/browse", "/browse/a/b", "/title", "/watch/%E0%A4%A"])(
    "%s leads nowhere, and says so",
    (path) => {
      expect(parseRoute(path)).toEqual({ page: "unknown", path });
    },
  );

  it("ignores a season and a page count that are no numbers", () => {
    expect(parseRoute("/title/1", "?season=x")).toEqual({
      page: "title",
      title: "1",
      profile: null,
    });
    expect(parseRoute("/", "?pages=0")).toEqual(PICKER);
    expect(parseRoute("/", "?pages=-4")).toEqual(PICKER);
  });
});
