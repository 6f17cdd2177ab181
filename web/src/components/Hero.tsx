/** The large picture at the top: the first title of one of the page's rows. */

import { useEffect, useRef } from "react";
import type { Tile } from "../api/types";
import type { Watcher } from "../events/watcher";
import { age, percent, runtime } from "../format";
import { useVisit } from "../state/viewing";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { Poster } from "./Poster";
import "./Hero.css";

interface Props {
  readonly tile: Tile;
  /** What the row is called that it comes from. */
  readonly label: string;
  readonly pageId: string;
  readonly watcher: Watcher;
}

export function Hero({ tile, label, pageId, watcher }: Props) {
  const { profile, record } = useVisit();
  const section = useRef<HTMLElement>(null);
  const { title_id, token, reason } = tile;

  useEffect(() => {
    const element = section.current;
    if (element === null) return undefined;
    return watcher.watch(element, `billboard/${pageId}`, (visible_ms) =>
      record("billboard_impression", { title_id, token, visible_ms }),
    );
  }, [watcher, record, pageId, title_id, token]);

  return (
    <section ref={section} className="hero" aria-label={`${label}: ${tile.name}`}>
      <div className="hero__wash" aria-hidden="true">
        <img src={tile.artwork.url} alt="" />
      </div>
      <div className="hero__inner">
        <div className="hero__text">
          <p className="hero__kicker">
            <Icon name="spark" /> {label}
          </p>
          <h1 className="hero__name">{tile.name}</h1>
          <p className="facts">
            {tile.match !== null && <span className="match">{percent(tile.match)} match</span>}
            {tile.year !== null && <span>{tile.year}</span>}
            {tile.maturity !== null && <span className="age">{age(tile.maturity)}</span>}
            {tile.runtime_s !== null && <span>{runtime(tile.runtime_s)}</span>}
            <span>{tile.genres.slice(0, 3).join(", ")}</span>
          </p>
          <p className="hero__reason">{reason.text}</p>
          <div className="hero__acts">
            <Link
              className="button button--main"
              to={{ page: "watch", title: title_id, profile, episode: null }}
              luggage={{ token, reason }}
            >
              <Icon name="play" /> Play
            </Link>
            <Link
              className="button"
              to={{ page: "title", title: title_id, profile, from: pageId }}
              luggage={{ token, reason, depth: 1 }}
            >
              <Icon name="info" /> Details
            </Link>
          </div>
        </div>
        <div className="hero__poster" aria-hidden="true">
          <Poster artwork={tile.artwork} name={tile.name} eager />
        </div>
      </div>
    </section>
  );
}
