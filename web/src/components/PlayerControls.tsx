/** The bar under the stage: play and pause, jumps, the seek bar, speed, the next episode. */

import type { Episode } from "../api/types";
import { clock } from "../format";
import { place } from "../player/programme";
import type { PlayState } from "../player/session";
import type { Steering } from "../player/usePlay";
import { Icon } from "./Icon";
import "./PlayerControls.css";

interface Props {
  readonly state: PlayState;
  readonly steering: Steering;
  readonly jump_s: number;
  readonly next: Episode | null;
  readonly onNext: () => void;
}

const SPEEDS = [1, 60, 600] as const;

export function PlayerControls({ state, steering, jump_s, next, onNext }: Props) {
  const { position_s, duration_s, playing, speed } = state;
  return (
    <div className="controls">
      <div className="controls__bar">
        <span className="controls__clock">{clock(position_s)}</span>
        <div className="seek">
          <progress className="seek__done" value={position_s / duration_s} aria-hidden="true" />
          <input
            className="seek__input"
            type="range"
            min={0}
            max={Math.floor(duration_s)}
            step={1}
            value={Math.floor(position_s)}
            aria-label="Position"
            aria-valuetext={`${clock(position_s)} of ${clock(duration_s)}`}
            onChange={(event) => steering.seek(Number(event.target.value))}
          />
        </div>
        <span className="controls__clock">{clock(duration_s)}</span>
      </div>
      <div className="controls__buttons">
        <div className="controls__speeds" role="group" aria-label="Speed">
          {SPEEDS.map((choice) => (
            <button
              key={choice}
              type="button"
              className="pill"
              aria-pressed={choice === speed}
              aria-label={`Speed ${choice} times`}
              onClick={() => steering.setSpeed(choice)}
            >
              ×{choice}
            </button>
          ))}
        </div>
        <div className="controls__main">
          <button
            type="button"
            className="round"
            aria-label={`Back ${jump_s} seconds`}
            onClick={() => steering.seek(position_s - jump_s)}
          >
            <Icon name="rewind" />
          </button>
          <button
            type="button"
            className="round round--main controls__play"
            aria-label={playing ? "Pause" : "Play"}
            onClick={steering.toggle}
          >
            <Icon name={playing ? "pause" : "play"} />
          </button>
          <button
            type="button"
            className="round"
            aria-label={`Forward ${jump_s} seconds`}
            onClick={() => steering.seek(position_s + jump_s)}
          >
            <Icon name="forward" />
          </button>
        </div>
        <div className="controls__next">
          {next !== null && (
            <button type="button" className="button" onClick={onNext} title={next.name}>
              <Icon name="next" /> {place(next)}
            </button>
          )}
        </div>
      </div>
      <p className="controls__note">
        No film is streamed here: a clock stands in for it, and sends the events a player would.
      </p>
    </div>
  );
}
