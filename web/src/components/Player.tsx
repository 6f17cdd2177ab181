/** The player stand-in: a clock instead of a film, with the controls and events of a real one. */

import { type KeyboardEvent, useCallback, useEffect, useRef } from "react";
import type { Title } from "../api/types";
import { following, place, type Programme } from "../player/programme";
import { usePlay } from "../player/usePlay";
import type { Luggage } from "../router/history";
import { useHistory } from "../router/navigation";
import { useVisit } from "../state/viewing";
import { EndCard } from "./EndCard";
import { Icon } from "./Icon";
import { PlayerControls } from "./PlayerControls";
import { Poster } from "./Poster";
import "./Player.css";

interface Props {
  readonly title: Title;
  readonly programme: Programme;
  readonly luggage: Luggage;
}

const JUMP_S = 10;

export function Player({ title, programme, luggage }: Props) {
  const viewing = useVisit();
  const history = useHistory();
  const stage = useRef<HTMLElement>(null);
  const { title_id } = title;
  const { profile } = viewing;
  const { episode } = programme;
  const [state, steering] = usePlay({
    title_id,
    token: luggage.token,
    autoplay: luggage.autoplay === true,
    programme,
  });
  const next = following(title, episode);

  useEffect(() => {
    stage.current?.focus();
  }, []);

  const leave = (): void => history.leave({ page: "browse", profile });
  const advance = useCallback(
    (auto: boolean) => {
      if (next === null) return;
      const { episode_id } = next;
      steering.skip();
      viewing.record("episode_advance", { title_id, episode_id, token: luggage.token, auto });
      history.replace(
        { page: "watch", title: title_id, profile, episode: episode_id },
        { ...luggage, autoplay: auto },
      );
    },
    [next, steering, viewing, title_id, profile, luggage, history],
  );
  if (state === null) return null;

  const keys: Readonly<Record<string, () => void>> = {
    " ": steering.toggle,
    k: steering.toggle,
    ArrowLeft: () => steering.seek(state.position_s - JUMP_S),
    ArrowRight: () => steering.seek(state.position_s + JUMP_S),
    Escape: leave,
  };
  const pressed = (event: KeyboardEvent<HTMLElement>): void => {
    const inside = event.target as Element;
    const act = keys[event.key];
    // A button answers to space itself, and the seek bar to the arrows.
    const own = inside.matches("button, a") ? event.key === " " : inside.matches("input");
    if (act === undefined || state.ended || (own && event.key !== "Escape")) return;
    event.preventDefault();
    act();
  };

  return (
    <section
      ref={stage}
      className={state.playing ? "player player--playing" : "player"}
      tabIndex={-1}
      onKeyDown={pressed}
      aria-label={`Player: ${title.name}`}
    >
      <div className="player__wash" aria-hidden="true">
        <img src={title.artwork.url} alt="" />
      </div>
      <header className="player__head">
        <button type="button" className="round" aria-label="Leave the player" onClick={leave}>
          <Icon name="back" />
        </button>
        <div>
          <p className="player__name">{title.name}</p>
          {episode !== null && (
            <p className="player__episode">
              {place(episode)} {episode.name}
            </p>
          )}
        </div>
      </header>
      {state.ended ? (
        <EndCard title={title} next={next} luggage={luggage} onNext={advance} />
      ) : (
        <div className="player__stage" aria-hidden="true">
          <Poster artwork={title.artwork} name={title.name} eager />
        </div>
      )}
      {!state.ended && (
        <PlayerControls
          state={state}
          steering={steering}
          jump_s={JUMP_S}
          next={next}
          onNext={() => advance(false)}
        />
      )}
    </section>
  );
}
