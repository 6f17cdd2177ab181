/** The player's page: finds out what to play, and plays it. */

import { useCallback } from "react";
import { api } from "../api/client";
import { Failure } from "../components/Failure";
import { Player } from "../components/Player";
import type { Luggage } from "../router/history";
import { useDocumentTitle } from "../router/navigation";
import { programme } from "../player/programme";
import { useLoad } from "../state/load";
import { useVisit } from "../state/viewing";
import "./Watch.css";

interface Props {
  readonly title: string;
  readonly episode: string | null;
  readonly luggage: Luggage;
}

export function Watch({ title, episode, luggage }: Props) {
  const viewing = useVisit();
  const [loaded, retry] = useLoad(
    useCallback(
      async (signal: AbortSignal) => {
        await viewing.settled();
        return api.title(title, viewing.profile, signal);
      },
      [title, viewing],
    ),
  );
  useDocumentTitle(loaded.status === "ready" ? loaded.value.name : "");
  return (
    <main className="watch">
      {loaded.status === "loading" && <div className="watch__wait" role="status" aria-label="Loading" />}
      {loaded.status === "failed" && (
        <Failure error={loaded.error} what="title" onRetry={retry} />
      )}
      {loaded.status === "ready" && (
        <Player
          key={episode}
          title={loaded.value}
          programme={programme(loaded.value, episode)}
          luggage={luggage}
        />
      )}
    </main>
  );
}
