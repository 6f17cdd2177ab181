/** The profiles of this server, fetched page by page as far as they are needed. */

import { useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import type { ProfileSummary } from "../api/types";

export const PAGE = 48;
const FETCH = 200;

export interface Profiles {
  readonly profiles: readonly ProfileSummary[];
  /** There are more to show than these. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

interface Fetched {
  readonly all: readonly ProfileSummary[];
  /** Where to go on; undefined before the first answer, null at the end. */
  readonly next: string | null | undefined;
}

/** Profiles whose name or id contains all words of `search`, in any order. */
export function matching(
  profiles: readonly ProfileSummary[],
  search: string,
): readonly ProfileSummary[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return profiles;
  return profiles.filter(({ name, profile_id }) => {
    const text = `${name} ${profile_id}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A search looks through all profiles; without one only `pages` pages are fetched. */
export function useProfiles(search: string, pages: number): Profiles {
  const [fetched, setFetched] = useState<Fetched>({ all: [], next: undefined });
  const [error, setError] = useState<Error | null>(null);
  const [round, setRound] = useState(0);
  const running = useRef(false);
  const found = matching(fetched.all, search);
  const wanted = fetched.next !== null && found.length < pages * PAGE;

  useEffect(() => {
    if (!wanted || running.current || error !== null) return;
    running.current = true;
    api
      .profiles(search === "" ? PAGE : FETCH, fetched.next ?? null)
      .then(
        ({ profiles, next }) => setFetched(({ all }) => ({ all: [...all, ...profiles], next })),
        (failure: unknown) =>
          setError(failure instanceof Error ? failure : new Error(String(failure))),
      )
      .finally(() => {
        running.current = false;
        setRound((value) => value + 1);
      });
  }, [wanted, search, fetched, error, round]);

  return {
    profiles: found.slice(0, pages * PAGE),
    more: fetched.next !== null && fetched.next !== undefined
      ? true
      : found.length > pages * PAGE,
    loading: wanted && error === null,
    error,
    retry: () => setError(null),
  };
}
