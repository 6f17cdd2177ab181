/** The browser's history for components. */

import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { History, Place } from "./history";

export const HistoryContext = createContext<History | null>(null);

export function useHistory(): History {
  const history = useContext(HistoryContext);
  if (history === null) throw new Error("there is no history above this component");
  return history;
}

export function usePlace(): Place {
  const history = useHistory();
  return useSyncExternalStore(history.subscribe, history.current);
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Matinee" : `${title} · Matinee`;
  }, [title]);
}
