/** Calls to the HTTP API; every failure becomes an `ApiError` with a sentence for people. */

import type {
  HomePage,
  MoreRows,
  Problem,
  ProfilePage,
  ProfileSummary,
  SimilarTitles,
  Title,
} from "./types";

const KEY_ITEM = "matinee.key";
const ROWS = 15;
const COLUMNS = 30;

export class ApiError extends Error {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The API key that this tab was given, sent with every call. */
export function storedKey(): string | null {
  return sessionStorage.getItem(KEY_ITEM);
}

export function storeKey(key: string): void {
  sessionStorage.setItem(KEY_ITEM, key);
}

export function requestHeaders(): Record<string, string> {
  const key = storedKey();
  return key === null ? {} : { "X-API-Key": key };
}

async function problemOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as Problem;
    return problem.detail ?? problem.title ?? response.statusText;
  } catch {
    return response.statusText;
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: "application/json", ...requestHeaders(), ...init.headers },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer. Is it still running?");
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return (await response.json()) as T;
}

function query(fields: Record<string, string | number | null | undefined>): string {
  const known = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  return new URLSearchParams(known).toString();
}

export function offsetMinutes(now = new Date()): number {
  return -now.getTimezoneOffset();
}

/** The highest minimum age of what a child's profile may see. */
const KIDS_AGE = 7;

function posted(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

export const api = {
  profiles(limit: number, cursor: string | null, signal?: AbortSignal): Promise<ProfilePage> {
    return call(`/v1/profiles?${query({ limit, cursor })}`, signal ? { signal } : {});
  },

  /** A profile of its own account, as somebody has it who has just signed up. */
  async newProfile(name: string, kids: boolean): Promise<ProfileSummary> {
    const { account_id } = await call<{ account_id: string }>("/v1/accounts", posted({ name }));
    const maturity = kids ? KIDS_AGE : 18;
    return call("/v1/profiles", posted({ account_id, name, kids, maturity }));
  },

  profile(id: string, signal: AbortSignal): Promise<ProfileSummary> {
    return call(`/v1/profiles/${encodeURIComponent(id)}`, { signal });
  },

  home(profile: string, signal: AbortSignal): Promise<HomePage> {
    const fields = query({
      profile,
      device: "web",
      rows: ROWS,
      columns: COLUMNS,
      tz_offset_min: offsetMinutes(),
    });
    return call(`/v1/home?${fields}`, { signal });
  },

  /** The same page again, as it was made. */
  homeAgain(page: string, signal: AbortSignal): Promise<HomePage> {
    return call(`/v1/home/${encodeURIComponent(page)}`, { signal });
  },

  /** `address` is the `next` of a page. */
  rows(address: string, signal: AbortSignal): Promise<MoreRows> {
    return call(address, { signal });
  },

  title(id: string, profile: string | null, signal: AbortSignal): Promise<Title> {
    const tail = profile === null ? "" : `?${query({ profile })}`;
    return call(`/v1/titles/${encodeURIComponent(id)}${tail}`, { signal });
  },

  similar(
    id: string,
    profile: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<SimilarTitles> {
    return call(`/v1/titles/${encodeURIComponent(id)}/similar?${query({ profile, limit })}`, {
      signal,
    });
  },
};
