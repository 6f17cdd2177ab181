/** A play for as long as a component shows it: its clock runs, its events are sent. */

import { useEffect, useMemo, useRef, useState } from "react";
import { useVisit } from "../state/viewing";
import type { Programme } from "./programme";
import { PlaySession, type PlayState } from "./session";

const TICK_MS = 100;
/** A drag of the seek bar counts as one jump once it has rested this long. */
const SETTLE_MS = 600;

export interface Steering {
  readonly toggle: () => void;
  readonly seek: (to_s: number) => void;
  readonly setSpeed: (speed: number) => void;
  /** End this play because something else follows. */
  readonly skip: () => void;
}

export interface PlayContext {
  readonly title_id: string;
  readonly token: string | null | undefined;
  readonly autoplay: boolean;
  readonly programme: Programme;
}

export function usePlay(context: PlayContext): [PlayState | null, Steering] {
  const viewing = useVisit();
  const session = useRef<PlaySession | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [state, setState] = useState<PlayState | null>(null);
  const [round, setRound] = useState(0);
  const begin = useRef(context);

  useEffect(() => {
    const { title_id, token, autoplay, programme } = begin.current;
    const episode_id = programme.episode?.episode_id;
    const play = new PlaySession({
      duration_s: programme.duration_s,
      position_s: programme.position_s,
      autoplay,
      now: () => performance.now(),
      emit: (kind, fields) => {
        viewing.record(kind, { title_id, episode_id, token, ...fields });
        viewing.played(title_id);
        if (kind === "play_end" || kind === "stop") void viewing.settled();
      },
    });
    session.current = play;
    const show = (): void => {
      play.tick();
      setState((old) => (old !== null && same(old, play.state) ? old : play.state));
    };
    show();
    const timer = setInterval(show, TICK_MS);
    const gone = (): void => play.leave();
    const back = (event: PageTransitionEvent): void => {
      if (event.persisted) setRound((value) => value + 1);
    };
    // In the capture phase: the stop has to be in the queue before the queue is posted.
    window.addEventListener("pagehide", gone, { capture: true });
    window.addEventListener("pageshow", back);
    return () => {
      clearInterval(timer);
      if (settling.current !== null) clearTimeout(settling.current);
      window.removeEventListener("pagehide", gone, { capture: true });
      window.removeEventListener("pageshow", back);
      play.leave();
    };
  }, [viewing, round]);

  const steering = useMemo<Steering>(() => {
    const steer = (act: (play: PlaySession) => void): void => {
      const play = session.current;
      if (play === null) return;
      act(play);
      setState(play.state);
    };
    return {
      toggle: () => steer((play) => (play.state.playing ? play.pause() : play.resume())),
      setSpeed: (speed) => steer((play) => play.setSpeed(speed)),
      skip: () => steer((play) => play.skip()),
      seek: (to_s) => {
        steer((play) => play.seek(to_s));
        if (settling.current !== null) clearTimeout(settling.current);
        settling.current = setTimeout(() => steer((play) => play.settleSeek()), SETTLE_MS);
      },
    };
  }, []);
  return [state, steering];
}

function same(a: PlayState, b: PlayState): boolean {
  return (
    a.position_s === b.position_s &&
    a.playing === b.playing &&
    a.ended === b.ended &&
    a.speed === b.speed
  );
}
