/** The episodes of a series, season by season. */

import type { Title } from "../api/types";
import { percent, runtime } from "../format";
import { inOrder, seasons } from "../player/programme";
import type { Luggage } from "../router/history";
import { useHistory } from "../router/navigation";
import type { TitleRoute } from "../router/route";
import { Icon } from "./Icon";
import { Link } from "./Link";
import "./Episodes.css";

interface Props {
  readonly title: Title;
  /** The address of the details: it may name a season. */
  readonly route: TitleRoute;
  readonly luggage: Luggage;
}

export function Episodes({ title, route, luggage }: Props) {
  const history = useHistory();
  const { viewer, title_id } = title;
  const { profile, season } = route;
  const all = inOrder(title.episodes);
  const numbers = seasons(all);
  const at = all.find((episode) => episode.episode_id === viewer?.episode_id);
  const shown = season !== undefined && numbers.includes(season) ? season : (at?.season ?? numbers[0]);
  const choose = (number: number): void =>
    history.replace({ ...route, season: number }, luggage);
  return (
    <section className="episodes" aria-label="Episodes">
      <header className="episodes__head">
        <h3>Episodes</h3>
        <div className="episodes__seasons" role="group" aria-label="Season">
          {numbers.map((number) => (
            <button
              key={number}
              type="button"
              className="pill"
              aria-pressed={number === shown}
              onClick={() => choose(number)}
            >
              {number === 0 ? "Specials" : `Season ${number}`}
            </button>
          ))}
        </div>
      </header>
      <ol className="episodes__list">
        {all
          .filter((episode) => episode.season === shown)
          .map((episode) => (
            <li key={episode.episode_id} className="episode">
              <Link
                className="episode__link"
                to={{ page: "watch", title: title_id, profile, episode: episode.episode_id }}
                luggage={luggage}
                aria-label={`Play episode ${episode.number}: ${episode.name}`}
              >
                <span className="episode__number">{episode.number}</span>
                <span className="episode__text">
                  <span className="episode__name">{episode.name || `Episode ${episode.number}`}</span>
                  <span className="episode__synopsis">{episode.synopsis}</span>
                  {episode === at && typeof viewer?.progress === "number" && (
                    <progress
                      className="progress"
                      value={viewer.progress}
                      aria-label={`Watched ${percent(viewer.progress)}`}
                    />
                  )}
                </span>
                <span className="episode__time">
                  {episode.runtime_s === null ? "" : runtime(episode.runtime_s)}
                </span>
                <Icon name="play" />
              </Link>
            </li>
          ))}
      </ol>
    </section>
  );
}
