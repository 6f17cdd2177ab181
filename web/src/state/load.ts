/** Loading a value for as long as a component shows it. */

import { useCallback, useEffect, useState } from "react";

export type Loaded<T> =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly value: T }
  | { readonly status: "failed"; readonly error: Error };

interface Kept<T> {
  readonly from: unknown;
  readonly result: Loaded<T>;
}

const LOADING = { status: "loading" } as const;

/** `fetcher` must keep its identity while what it fetches is the same (`useCallback`). */
export function useLoad<T>(
  fetcher: (signal: AbortSignal) => Promise<T>,
): [Loaded<T>, () => void] {
  const [kept, setKept] = useState<Kept<T>>({ from: fetcher, result: LOADING });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const running = new AbortController();
    const keep = (result: Loaded<T>): void => {
      if (!running.signal.aborted) setKept({ from: fetcher, result });
    };
    fetcher(running.signal).then(
      (value) => keep({ status: "ready", value }),
      (error: unknown) =>
        keep({
          status: "failed",
          error: error instanceof Error ? error : new Error(String(error)),
        }),
    );
    return () => running.abort();
  }, [fetcher, round]);

  const again = useCallback(() => {
    setKept({ from: fetcher, result: LOADING });
    setRound((value) => value + 1);
  }, [fetcher]);
  return [kept.from === fetcher ? kept.result : LOADING, again];
}
