/** What a tile tells and offers while the pointer or the focus rests on it. */

import type { Tile } from "../api/types";
import { age, percent, runtime } from "../format";
import { actsOn } from "../state/acts";
import { opinionOf } from "../state/opinions";
import { useStore } from "../state/store";
import { useVisit } from "../state/viewing";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { ListButton } from "./ListButton";
import { Thumbs } from "./Thumbs";
import "./TileCard.css";

interface Props {
  readonly tile: Tile;
  readonly rowKind: string;
}

export function TileCard({ tile, rowKind }: Props) {
  const viewing = useVisit();
  const opinion = opinionOf(useStore(viewing.opinions), tile.title_id, tile);
  const act = actsOn(viewing, tile, opinion.thumb);
  const facts = [
    tile.year,
    tile.maturity === null ? null : age(tile.maturity),
    tile.runtime_s === null ? null : runtime(tile.runtime_s),
  ].filter((fact) => fact !== null);
  return (
    <div className="card">
      <div className="card__text">
        <p className="card__name">{tile.name}</p>
        <p className="card__facts">
          {tile.match !== null && <span className="match">{percent(tile.match)} match </span>}
          {facts.join(" · ")}
        </p>
        <p className="card__reason">{tile.reason.text}</p>
      </div>
      <div className="card__acts">
        <Link
          className="round round--main"
          to={{
            page: "watch",
            title: tile.title_id,
            profile: viewing.profile,
            episode: null,
          }}
          luggage={{ token: tile.token, reason: tile.reason }}
          aria-label={`Play ${tile.name}`}
          title={tile.progress === null ? "Play" : "Resume"}
        >
          <Icon name="play" />
        </Link>
        <ListButton name={tile.name} inList={opinion.inList} onChange={act.list} />
        <Thumbs name={tile.name} value={opinion.thumb} onChange={act.thumb} small />
        {rowKind === "continue_watching" && (
          <button
            type="button"
            className="round card__remove"
            aria-label={`Remove ${tile.name} from Continue Watching`}
            title="Remove from Continue Watching"
            onClick={act.offContinue}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </div>
  );
}
