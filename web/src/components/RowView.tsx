/** A row of the page: what it is called, why it is there, and its titles. */

import { useEffect, useRef, useState } from "react";
import type { HomeRow } from "../api/types";
import type { Watcher } from "../events/watcher";
import { isVanished } from "../state/opinions";
import { useStore } from "../state/store";
import { useVisit } from "../state/viewing";
import { Shelf } from "./Shelf";
import { TileView } from "./TileView";
import "./RowView.css";

interface Props {
  readonly row: HomeRow;
  readonly pageId: string;
  readonly watcher: Watcher;
  readonly eager: boolean;
  readonly onSeen: (rank: number) => void;
}

export function RowView({ row, pageId, watcher, eager, onSeen }: Props) {
  const { record, opinions } = useVisit();
  const said = useStore(opinions);
  const section = useRef<HTMLElement>(null);
  const [entry, setEntry] = useState(0);
  const { row_id, kind, rank } = row;

  const titles = row.titles.filter(
    ({ title_id }) =>
      !isVanished(said, title_id) &&
      !(kind === "continue_watching" && said.get(title_id)?.offContinue === true) &&
      !(kind === "my_list" && said.get(title_id)?.inList === false),
  );
  const empty = titles.length === 0;

  useEffect(() => {
    const element = section.current;
    if (element === null || empty) return undefined;
    return watcher.watch(element, row_id, () => {
      record("row_impression", { row_id });
      onSeen(rank);
    });
  }, [watcher, record, row_id, rank, empty, onSeen]);

  if (empty) return null;
  const reachable = Math.min(entry, titles.length - 1);
  return (
    <section ref={section} className="row" aria-label={row.label} data-row={kind}>
      <header className="row__head">
        <h2 className="row__label">{row.label}</h2>
        <p className="row__reason">{row.reason.text}</p>
      </header>
      <Shelf
        label={row.label}
        onScrolled={(column) => record("row_scroll", { row_id, column })}
      >
        {titles.map((tile, place) => (
          <TileView
            key={tile.title_id}
            tile={tile}
            rowKind={kind}
            rowId={row_id}
            pageId={pageId}
            watcher={watcher}
            entry={place === reachable}
            eager={eager && place < 10}
            onFocus={() => setEntry(place)}
          />
        ))}
      </Shelf>
    </section>
  );
}
