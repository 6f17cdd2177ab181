/** All that is known about a title, and all that a viewer can do with it. */

import { useCallback, useEffect } from "react";
import { api } from "../api/client";
import type { Title } from "../api/types";
import type { Luggage } from "../router/history";
import { useDocumentTitle } from "../router/navigation";
import { useLoad } from "../state/load";
import { useViewing, type Viewing } from "../state/viewing";
import { DetailsHead } from "./DetailsHead";
import { Episodes } from "./Episodes";
import { Failure } from "./Failure";
import { MoreLikeThis } from "./MoreLikeThis";
import { People } from "./People";
import { Why } from "./Why";
import "./Details.css";

interface Props {
  readonly title: string;
  readonly season: number | undefined;
  readonly luggage: Luggage;
}

/** What the tile told when it was clicked; for an address opened directly, the page's own tile. */
function provenance(title: string, luggage: Luggage, viewing: Viewing | null): Luggage {
  if (luggage.token !== undefined || viewing === null) return luggage;
  const rows = viewing.home.get().page?.rows ?? [];
  const tile = rows.flatMap((row) => row.titles).find((one) => one.title_id === title);
  return tile === undefined ? luggage : { ...luggage, token: tile.token, reason: tile.reason };
}

/** The luggage of a further title: the same page underneath, one entry further away. */
function deeper({ depth }: Luggage): Luggage {
  return depth === undefined ? {} : { depth: depth + 1 };
}

export function Details({ title: title_id, season, luggage }: Props) {
  const viewing = useViewing();
  const profile = viewing?.profile ?? null;
  const [loaded, retry] = useLoad(
    useCallback(
      async (signal: AbortSignal) => {
        await viewing?.settled();
        return api.title(title_id, profile, signal);
      },
      [title_id, profile, viewing],
    ),
  );
  const from = provenance(title_id, luggage, viewing);
  const { token } = from;
  useEffect(() => {
    viewing?.record("details_open", { title_id, token });
  }, [viewing, title_id, token]);
  useDocumentTitle(loaded.status === "ready" ? loaded.value.name : "");

  if (loaded.status === "loading") return <div className="details details--loading skeleton" />;
  if (loaded.status === "failed") {
    return <Failure error={loaded.error} what="title" onRetry={retry} />;
  }
  return <Ready title={loaded.value} season={season} luggage={from} />;
}

function Ready({
  title,
  season,
  luggage,
}: {
  readonly title: Title;
  readonly season: number | undefined;
  readonly luggage: Luggage;
}) {
  const profile = useViewing()?.profile ?? null;
  return (
    <article className="details" aria-label={title.name}>
      <DetailsHead title={title} luggage={luggage} />
      <div className="details__body">
        <div className="details__main">
          {title.synopsis !== "" && <p className="details__synopsis">{title.synopsis}</p>}
          {luggage.reason !== undefined && (
            <Why reason={luggage.reason} profile={profile} luggage={deeper(luggage)} />
          )}
        </div>
        <People title={title} />
      </div>
      {title.episodes.length > 0 && (
        <Episodes title={title} profile={profile} season={season} luggage={luggage} />
      )}
      <MoreLikeThis title={title.title_id} profile={profile} luggage={deeper(luggage)} />
    </article>
  );
}
