/** Titles close to one title. */

import { useCallback } from "react";
import { api } from "../api/client";
import type { Luggage } from "../router/history";
import { useLoad } from "../state/load";
import { Link } from "./Link";
import { Poster } from "./Poster";
import "./MoreLikeThis.css";

interface Props {
  readonly title: string;
  readonly profile: string | null;
  /** Luggage of the page it stands on; the tile's own token and reason are added. */
  readonly luggage: Luggage;
  readonly limit?: number;
}

export function MoreLikeThis({ title, profile, luggage, limit = 12 }: Props) {
  const [similar] = useLoad(
    useCallback(
      (signal: AbortSignal) => api.similar(title, profile, limit, signal),
      [title, profile, limit],
    ),
  );
  if (similar.status !== "ready" || similar.value.titles.length === 0) return null;
  return (
    <section className="more" aria-label="More like this">
      <h3>More like this</h3>
      <ul className="more__grid">
        {similar.value.titles.map((tile) => (
          <li key={tile.title_id}>
            <Link
              className="more__link"
              to={{ page: "title", title: tile.title_id, profile }}
              luggage={{ ...luggage, token: tile.token, reason: tile.reason }}
              aria-label={`${tile.name}${tile.year === null ? "" : `, ${tile.year}`}`}
            >
              <Poster artwork={tile.artwork} name={tile.name} />
              <span className="more__name">{tile.name}</span>
              <span className="more__year">{tile.year}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
