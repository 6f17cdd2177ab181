/** A line that tells what a click did, with a way back where there is one. */

import { Store } from "./store";

export interface Notice {
  readonly text: string;
  readonly undo?: () => void;
}

export const notices = new Store<Notice | null>(null);

export function notify(text: string, undo?: () => void): void {
  notices.set(undo === undefined ? { text } : { text, undo });
}
