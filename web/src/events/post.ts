/** The transport of the event queue: POST /v1/events, kept alive past the document at the end. */

import { requestHeaders } from "../api/client";
import type { ViewerEvent } from "../api/types";
import type { Sent, Transport } from "./queue";

const PATH = "/v1/events";
const PASSING = new Set([401, 403, 408, 425, 429]);

/** What an answer means for the batch: bad events are the server's to keep aside, not ours. */
export function meaning(status: number): Sent {
  if (status === 413) return "too_large";
  if (status >= 500 || PASSING.has(status)) return "later";
  return "done";
}

export const post: Transport = async (events, last) => {
  const body = JSON.stringify({ events } satisfies { events: readonly ViewerEvent[] });
  try {
    const response = await fetch(PATH, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...requestHeaders() },
      body,
      keepalive: last,
    });
    return meaning(response.status);
  } catch {
    if (last) navigator.sendBeacon(PATH, new Blob([body], { type: "application/json" }));
    return "later";
  }
};
