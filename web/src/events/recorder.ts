/** Puts a kind's fields into the envelope that every event of this tab carries. */

import { offsetMinutes } from "../api/client";
import type { ViewerEvent } from "../api/types";
import { uuid7 } from "./ids";
import type { EventQueue } from "./queue";

const SESSION_ITEM = "matinee.session";
const SESSION_GAP_MS = 30 * 60_000;

type Field = string | number | boolean | null | undefined;
export type Fields = Readonly<Record<string, Field>>;
export type RecordEvent = (kind: string, fields?: Fields) => void;

interface Session {
  readonly id: string;
  readonly last: number;
}

/** The id of this tab's session; half an hour without an event begins another. */
export function sessionId(store: Storage, now: number): string {
  const kept = store.getItem(SESSION_ITEM);
  const previous = kept === null ? null : (JSON.parse(kept) as Session);
  const id = previous !== null && now - previous.last < SESSION_GAP_MS ? previous.id : uuid7(now);
  store.setItem(SESSION_ITEM, JSON.stringify({ id, last: now } satisfies Session));
  return id;
}

function known(fields: Fields): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      (entry): entry is [string, string | number | boolean] =>
        entry[1] !== undefined && entry[1] !== null,
    ),
  );
}

export function envelope(
  kind: string,
  profile: string,
  fields: Fields,
  { now, session }: { now: number; session: string },
): ViewerEvent {
  return {
    event_id: uuid7(now),
    kind,
    profile_id: profile,
    at: new Date(now).toISOString(),
    session_id: session,
    device: "web",
    tz_offset_min: offsetMinutes(new Date(now)),
    ui_language: navigator.language,
    ...known(fields),
  };
}

export function recorder(queue: EventQueue, profile: string): RecordEvent {
  return (kind, fields = {}) => {
    const now = Date.now();
    queue.push(envelope(kind, profile, fields, { now, session: sessionId(sessionStorage, now) }));
  };
}
