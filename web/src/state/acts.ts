/** What the buttons of a title do, wherever they stand, and what they say they did. */

import type { ThumbValue } from "../api/types";
import { notify } from "./notices";
import type { Met, Viewing } from "./viewing";

export interface Named extends Met {
  readonly name: string;
}

export interface Acts {
  readonly thumb: (value: ThumbValue) => void;
  readonly list: (inList: boolean) => void;
  readonly notInterested: () => void;
  readonly offContinue: () => void;
}

const THUMBED: Record<ThumbValue, (name: string) => string> = {
  [-1]: (name) => `${name} will not be shown to you again`,
  0: (name) => `Your thumb for ${name} is taken back`,
  1: (name) => `More like ${name} is on its way`,
  2: (name) => `Noted: you love ${name}`,
};

/** `before` is the thumb that stood when the button was pressed: undoing brings it back. */
export function actsOn(viewing: Viewing, title: Named, before: ThumbValue): Acts {
  const { name } = title;
  return {
    thumb(value) {
      viewing.thumb(title, value);
      notify(THUMBED[value](name), () => viewing.thumb(title, before));
    },
    list(inList) {
      viewing.list(title, inList);
      notify(inList ? `${name} is on your list` : `${name} is off your list`, () =>
        viewing.list(title, !inList),
      );
    },
    notInterested() {
      viewing.notInterested(title);
      notify(`${name} will not be shown to you again`);
    },
    offContinue() {
      viewing.removeFromContinue(title);
      notify(`${name} is off Continue Watching until you play it again`);
    },
  };
}
