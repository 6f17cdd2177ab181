/** One title on a shelf: its poster, a link to its details, and what rests on it. */

import { useEffect, useRef, useState } from "react";
import type { Tile } from "../api/types";
import type { Watcher } from "../events/watcher";
import { percent } from "../format";
import { useVisit } from "../state/viewing";
import { Link } from "./Link";
import { Poster } from "./Poster";
import { TileCard } from "./TileCard";
import "./TileView.css";

interface Props {
  readonly tile: Tile;
  readonly rowKind: string;
  readonly rowId: string;
  readonly pageId: string;
  readonly watcher: Watcher;
  /** The one tile of its shelf that Tab reaches. */
  readonly entry: boolean;
  readonly eager: boolean;
  readonly onFocus: () => void;
}

/** A rest shorter than this is only passing by. */
const DWELL_MS = 500;

const BADGES: Readonly<Record<string, string>> = {
  leaving: "Leaving soon",
  new: "New",
  new_episode: "New episode",
};

export function TileView({ tile, rowKind, rowId, pageId, watcher, entry, eager, onFocus }: Props) {
  const { profile, record } = useVisit();
  const item = useRef<HTMLLIElement>(null);
  const since = useRef<number | null>(null);
  const [rest, setRest] = useState<"hover" | "focus" | null>(null);
  const { title_id, token } = tile;

  useEffect(() => {
    const element = item.current;
    if (element === null) return undefined;
    return watcher.watch(element, `${rowId}/${title_id}`, (visible_ms) =>
      record("impression", { title_id, token, visible_ms }),
    );
  }, [watcher, record, rowId, title_id, token]);

  const begin = (kind: "hover" | "focus"): void => {
    since.current ??= performance.now();
    setRest(kind);
  };
  const end = (kind: "hover" | "focus"): void => {
    const dwell_ms = Math.round(performance.now() - (since.current ?? performance.now()));
    if (rest === kind && dwell_ms >= DWELL_MS) record(kind, { title_id, token, dwell_ms });
    since.current = null;
    setRest(null);
  };
  const badge = tile.badges.map((name) => BADGES[name]).find((text) => text !== undefined);

  return (
    <li
      ref={item}
      className={rest === null ? "tile" : "tile tile--resting"}
      data-title={title_id}
      onPointerEnter={(event) => event.pointerType === "mouse" && begin("hover")}
      onPointerLeave={(event) => event.pointerType === "mouse" && end("hover")}
      onFocus={(event) => {
        onFocus();
        if (event.target.matches(":focus-visible")) begin("focus");
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) end("focus");
      }}
    >
      <Link
        className="tile__link"
        to={{ page: "title", title: title_id, profile, from: pageId }}
        luggage={{ token, reason: tile.reason, depth: 1 }}
        tabIndex={entry ? 0 : -1}
        data-tile=""
        aria-label={`${tile.name}${tile.year === null ? "" : `, ${tile.year}`}. ${tile.reason.text}`}
      >
        <Poster artwork={tile.artwork} name={tile.name} eager={eager} />
        {badge !== undefined && <span className="tile__badge">{badge}</span>}
      </Link>
      {rest !== null && <TileCard tile={tile} rowKind={rowKind} />}
      {tile.progress !== null && (
        <progress
          className="progress tile__progress"
          value={tile.progress}
          aria-label={`Watched ${percent(tile.progress)}`}
        />
      )}
    </li>
  );
}
