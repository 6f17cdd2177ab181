/** After the end: the next episode, an opinion, and the way back to a page that has changed. */

import { useEffect, useState } from "react";
import type { Episode, Title } from "../api/types";
import { place } from "../player/programme";
import type { Luggage } from "../router/history";
import { actsOn } from "../state/acts";
import { opinionOf } from "../state/opinions";
import { useStore } from "../state/store";
import { useVisit } from "../state/viewing";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { MoreLikeThis } from "./MoreLikeThis";
import { Thumbs } from "./Thumbs";
import "./EndCard.css";

interface Props {
  readonly title: Title;
  readonly next: Episode | null;
  readonly luggage: Luggage;
  readonly onNext: (auto: boolean) => void;
}

const COUNTDOWN_S = 8;

export function EndCard({ title, next, luggage, onNext }: Props) {
  const viewing = useVisit();
  const opinion = opinionOf(useStore(viewing.opinions), title.title_id, title.viewer);
  const act = actsOn(viewing, { ...title, token: luggage.token }, opinion.thumb);
  return (
    <section className="end" aria-label="The end">
      <p className="end__kicker">The end</p>
      <h1 className="end__name">{next === null ? `You finished ${title.name}` : title.name}</h1>
      {next !== null && <Countdown next={next} onNext={onNext} />}
      <div className="end__opinion">
        <span>How was it?</span>
        <Thumbs name={title.name} value={opinion.thumb} onChange={act.thumb} />
      </div>
      <Link
        className={next === null ? "button button--main" : "button"}
        to={{ page: "browse", profile: viewing.profile }}
      >
        Back to your page
      </Link>
      {next === null && (
        <MoreLikeThis title={title.title_id} profile={viewing.profile} luggage={{}} limit={6} />
      )}
    </section>
  );
}

function Countdown({ next, onNext }: Pick<Props, "onNext"> & { readonly next: Episode }) {
  const [left, setLeft] = useState<number | null>(COUNTDOWN_S);
  useEffect(() => {
    if (left === null) return undefined;
    if (left === 0) {
      onNext(true);
      return undefined;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left, onNext]);
  return (
    <div className="end__next">
      <button type="button" className="button button--main" onClick={() => onNext(false)}>
        <Icon name="next" /> {place(next)} {next.name}
      </button>
      {left !== null && (
        <p>
          Starts in {left} s{" "}
          <button type="button" className="quiet" onClick={() => setLeft(null)}>
            Stay here
          </button>
        </p>
      )}
    </div>
  );
}
