/** Addresses and what they show: every state of the site has one. */

export type Route =
  | {
      readonly page: "profiles";
      readonly search: string;
      /** How many pages of profiles are shown, from 1. */
      readonly pages: number;
      /** The form for a new profile lies over the list. */
      readonly making?: true;
    }
  | { readonly page: "browse"; readonly profile: string }
  | {
      readonly page: "title";
      readonly title: string;
      readonly profile: string | null;
      readonly season?: number;
      /** The home page whose tile led here: it tells why the title was shown. */
      readonly from?: string;
    }
  | {
      readonly page: "watch";
      readonly title: string;
      readonly profile: string | null;
      readonly episode: string | null;
    }
  | { readonly page: "unknown"; readonly path: string };

export type TitleRoute = Extract<Route, { page: "title" }>;

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

export const PICKER = { page: "profiles", search: "", pages: 1 } as const satisfies Route;

export function parseRoute(path: string, search = ""): Route {
  const query = new URLSearchParams(search);
  const parts = path.split("/").filter((part) => part !== "");
  const [head, tail] = parts;
  const id = tail === undefined ? null : decoded(tail);
  if (parts.length === 0) {
    const pages = whole(query.get("pages")) ?? 1;
    const route = {
      page: "profiles",
      search: query.get("q") ?? "",
      pages: Math.max(1, pages),
    } as const;
    return query.has("new") ? { ...route, making: true } : route;
  }
  if (parts.length !== 2 || id === null) return { page: "unknown", path };
  if (head === "browse") return { page: "browse", profile: id };
  if (head === "title") {
    const season = whole(query.get("season"));
    const from = query.get("from");
    return {
      page: "title",
      title: id,
      profile: query.get("profile"),
      ...(season === null ? {} : { season }),
      ...(from === null ? {} : { from }),
    };
  }
  if (head === "watch") {
    return {
      page: "watch",
      title: id,
      profile: query.get("profile"),
      episode: query.get("episode"),
    };
  }
  return { page: "unknown", path };
}

function withQuery(path: string, fields: Record<string, string | null>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

export function formatRoute(route: Route): string {
  switch (route.page) {
    case "profiles":
      return withQuery("/", {
        q: route.search,
        pages: route.pages === 1 ? null : String(route.pages),
        new: route.making === true ? "1" : null,
      });
    case "browse":
      return `/browse/${encodeURIComponent(route.profile)}`;
    case "title":
      return withQuery(`/title/${encodeURIComponent(route.title)}`, {
        profile: route.profile,
        season: route.season === undefined ? null : String(route.season),
        from: route.from ?? null,
      });
    case "watch":
      return withQuery(`/watch/${encodeURIComponent(route.title)}`, {
        profile: route.profile,
        episode: route.episode,
      });
    case "unknown":
      return route.path;
  }
}
