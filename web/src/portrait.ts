/** The features of a profile's face, from a hash of its id. */

export interface Portrait {
  readonly colours: readonly [ground: string, shade: string, light: string];
  readonly turn: number;
  readonly mouth: number;
  readonly eyes: number;
  readonly shape: number;
}

/** Grounds that go with the dark house: ground, shade, light. */
const COLOURS: readonly Portrait["colours"][] = [
  ["#e0703a", "#a63d2f", "#ffd08a"],
  ["#2f7f86", "#174f63", "#a6e3d0"],
  ["#c8467a", "#7c2a63", "#ffb3a8"],
  ["#5a5fc7", "#383a86", "#b9c2ff"],
  ["#d9a13b", "#a8622a", "#fff0b8"],
  ["#3e8e5a", "#1f5b52", "#d3efa0"],
  ["#8a55b8", "#54307f", "#f2b8e6"],
  ["#cf5a52", "#7d2d45", "#ffc3a0"],
  ["#3b7fc4", "#224f8f", "#a8e0ff"],
  ["#7a8a3a", "#4a5a2e", "#eef0a6"],
  ["#b56a4a", "#6e3b3b", "#f6d2b0"],
  ["#4a9aa8", "#2b5a78", "#d9f7e8"],
];

/** FNV-1a over UTF-16 units, then mixed so that "p1" and "p2" look nothing alike. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    value = Math.imul(value ^ text.charCodeAt(place), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export function portrait(id: string): Portrait {
  const bits = hash(id);
  const first = COLOURS[0] as Portrait["colours"];
  return {
    colours: COLOURS[bits % COLOURS.length] ?? first,
    turn: ((bits >>> 9) % 8) * 45,
    mouth: (bits >>> 12) % 5,
    eyes: (bits >>> 16) % 3,
    shape: (bits >>> 20) % 3,
  };
}
