/** The head of a title's details: picture, facts, and the buttons. */

import type { Title } from "../api/types";
import { age, count, runtime } from "../format";
import { place, programme, seasons } from "../player/programme";
import type { Luggage } from "../router/history";
import { PICKER } from "../router/route";
import { actsOn } from "../state/acts";
import { opinionOf } from "../state/opinions";
import { useStore } from "../state/store";
import { useViewing, type Viewing } from "../state/viewing";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { ListButton } from "./ListButton";
import { Poster } from "./Poster";
import { Thumbs } from "./Thumbs";
import "./DetailsHead.css";

interface Props {
  readonly title: Title;
  readonly luggage: Luggage;
}

export function DetailsHead({ title, luggage }: Props) {
  const viewing = useViewing();
  const numbers = seasons(title.episodes).filter((season) => season > 0);
  return (
    <header className="head">
      <div className="head__wash" aria-hidden="true">
        <img src={title.artwork.url} alt="" />
      </div>
      <div className="head__poster">
        <Poster artwork={title.artwork} name={title.name} eager />
      </div>
      <div className="head__text">
        <h2 className="head__name">{title.name}</h2>
        <p className="facts">
          {title.year !== null && <span>{title.year}</span>}
          <span className="age" title={ageNote(title)}>
            {title.maturity_source === "unknown" ? age(18) : age(title.maturity)}
          </span>
          {numbers.length > 0 && <span>{count(numbers.length, "season")}</span>}
          {title.runtime_s !== null && <span>{runtime(title.runtime_s)}</span>}
          <span>{title.genres.slice(0, 3).join(", ")}</span>
        </p>
        {viewing === null ? (
          <Link className="button button--main head__choose" to={PICKER}>
            Choose a profile to watch
          </Link>
        ) : (
          <Buttons title={title} luggage={luggage} viewing={viewing} />
        )}
      </div>
    </header>
  );
}

function ageNote({ maturity_source }: Title): string {
  if (maturity_source === "label") return "Minimum age, from its label";
  if (maturity_source === "estimated") return "Minimum age, estimated";
  return "No label is known: treated as for adults";
}

function Buttons({ title, luggage, viewing }: Props & { readonly viewing: Viewing }) {
  const opinion = opinionOf(useStore(viewing.opinions), title.title_id, title.viewer);
  const act = actsOn(viewing, { ...title, token: luggage.token }, opinion.thumb);
  const next = programme(title, null);
  const label = next.resumed ? "Resume" : "Play";
  return (
    <>
      <div className="head__acts">
        <Link
          className="button button--main"
          to={{ page: "watch", title: title.title_id, profile: viewing.profile, episode: null }}
          luggage={luggage}
        >
          <Icon name="play" /> {label}
          {next.episode !== null && <span className="head__place">{place(next.episode)}</span>}
        </Link>
        <ListButton name={title.name} inList={opinion.inList} onChange={act.list} />
        <Thumbs name={title.name} value={opinion.thumb} onChange={act.thumb} />
        <button
          type="button"
          className="round"
          aria-pressed={opinion.notInterested}
          aria-label={`Not interested in ${title.name}`}
          title="Not interested: do not show this again"
          disabled={opinion.notInterested}
          onClick={act.notInterested}
        >
          <Icon name="eyeOff" />
        </button>
      </div>
      {next.resumed && (
        <div className="head__resume">
          <progress
            className="progress"
            value={next.position_s / next.duration_s}
            aria-label="Watched so far"
          />
          <span>{runtime(next.duration_s - next.position_s)} left</span>
          {!opinion.offContinue && (
            <button type="button" className="quiet" onClick={act.offContinue}>
              Remove from Continue Watching
            </button>
          )}
        </div>
      )}
    </>
  );
}
