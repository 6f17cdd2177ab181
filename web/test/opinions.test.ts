import { expect, it } from "vitest";
import type { ProfileSummary, Viewer } from "../src/api/types";
import { isVanished, opinionOf, type Opinions, withOpinion } from "../src/state/opinions";
import { matching } from "../src/state/profiles";
import { hash, portrait } from "../src/portrait";

const NOTHING: Opinions = new Map();
const LIKED: Viewer = {
  thumb: 1,
  in_list: true,
  progress: null,
  position_s: null,
  duration_s: null,
  episode_id: null,
  completed: false,
  blocked: false,
};

const profile = (name: string): ProfileSummary => ({
  profile_id: `id-${name.length}`,
  account_id: "a",
  name,
  kids: false,
  maturity: 18,
  language: null,
  events: 0,
});

it("lets the last click stand before what the server knew", () => {
  expect(opinionOf(NOTHING, "t", LIKED)).toMatchObject({ thumb: 1, inList: true });
  const clicked = withOpinion(NOTHING, "t", { thumb: 0 });
  expect(opinionOf(clicked, "t", LIKED)).toMatchObject({ thumb: 0, inList: true });
});

it("takes a title away at a thumb down or “not interested”, and back when that is undone", () => {
  const down = withOpinion(NOTHING, "t", { thumb: -1 });
  expect(isVanished(down, "t")).toBe(true);
  expect(isVanished(down, "other")).toBe(false);
  expect(isVanished(withOpinion(down, "t", { thumb: 0 }), "t")).toBe(false);
  expect(isVanished(withOpinion(NOTHING, "t", { notInterested: true }), "t")).toBe(true);
  expect(isVanished(withOpinion(NOTHING, "t", { thumb: 2 }), "t")).toBe(false);
});

it("finds profiles by parts of their name, in any order and case", () => {
  const all = [profile("Mira Östlund"), profile("Tobias Mirow"), profile("Zoë")];
  const names = (search: string) => matching(all, search).map((one) => one.name);
  expect(names("mir")).toEqual(["Mira Östlund", "Tobias Mirow"]);
  expect(names("ÖST mira")).toEqual(["Mira Östlund"]);
  expect(names("nobody")).toEqual([]);
  expect(names("  ")).toHaveLength(3);
});

it("draws the same face for the same profile and many faces for many", () => {
  expect(portrait("p1")).toEqual(portrait("p1"));
  const faces = new Set(Array.from({ length: 200 }, (_, id) => JSON.stringify(portrait(`p${id}`))));
  expect(faces.size).toBeGreaterThan(170);
  expect(hash("")).not.toBe(hash("a"));
});
