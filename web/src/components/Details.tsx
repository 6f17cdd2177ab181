/** All that is known about a title, and all that a viewer can do with it. */

import { useCallback, useEffect, useState } from "react";
import { api } from "../api/client";
import type { Title } from "../api/types";
import type { Luggage } from "../router/history";
import { useDocumentTitle } from "../router/navigation";
import type { TitleRoute } from "../router/route";
import { useLoad } from "../state/load";
import { useViewing } from "../state/viewing";
import { DetailsHead } from "./DetailsHead";
import { Episodes } from "./Episodes";
import { Failure } from "./Failure";
import { MoreLikeThis } from "./MoreLikeThis";
import { People } from "./People";
import { Why } from "./Why";
import "./Details.css";

interface Props {
  readonly route: TitleRoute;
  readonly luggage: Luggage;
}

interface Known {
  readonly title: Title;
  readonly luggage: Luggage;
}

/**
 * What the tile told that led here. Where the address was opened directly, the page that the
 * tile stood on is read again; if it cannot be, the title is shown without a reason.
 */
async function provenance(
  { title, from }: TitleRoute,
  luggage: Luggage,
  signal: AbortSignal,
): Promise<Luggage> {
  if (luggage.reason !== undefined || from === undefined) return luggage;
  try {
    const { rows } = await api.homeAgain(from, signal);
    const tile = rows.flatMap((row) => row.titles).find((one) => one.title_id === title);
    return tile === undefined ? luggage : { ...luggage, token: tile.token, reason: tile.reason };
  } catch {
    return luggage;
  }
}

/** The luggage of a further title: the same page underneath, one entry further away. */
function deeper({ depth }: Luggage): Luggage {
  return depth === undefined ? {} : { depth: depth + 1 };
}

export function Details({ route, luggage }: Props) {
  const viewing = useViewing();
  const profile = viewing?.profile ?? null;
  const { title: title_id, from } = route;
  // Parents give each title a Details of its own: what it came with does not change.
  const [packed] = useState(luggage);
  const [loaded, retry] = useLoad(
    useCallback(
      async (signal: AbortSignal): Promise<Known> => {
        await viewing?.settled();
        const asked = { page: "title", title: title_id, profile, ...(from && { from }) } as const;
        const [title, known] = await Promise.all([
          api.title(title_id, profile, signal),
          provenance(asked, packed, signal),
        ]);
        return { title, luggage: known };
      },
      [title_id, profile, from, packed, viewing],
    ),
  );
  const known = loaded.status === "ready" ? loaded.value : null;
  useEffect(() => {
    if (known === null) return;
    viewing?.record("details_open", {
      title_id: known.title.title_id,
      token: known.luggage.token,
    });
  }, [viewing, known]);
  useDocumentTitle(known?.title.name ?? "");

  if (loaded.status === "loading") return <div className="details details--loading skeleton" />;
  if (loaded.status === "failed") {
    return <Failure error={loaded.error} what="title" onRetry={retry} />;
  }
  return (
    <Ready
      title={loaded.value.title}
      route={route}
      luggage={{ ...loaded.value.luggage, ...luggage }}
    />
  );
}

function Ready({
  title,
  route,
  luggage,
}: Props & {
  readonly title: Title;
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
        <Episodes title={title} route={route} luggage={luggage} />
      )}
      <MoreLikeThis title={title.title_id} profile={profile} luggage={deeper(luggage)} />
    </article>
  );
}
