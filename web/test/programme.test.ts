import { describe, expect, it } from "vitest";
import type { Title, Viewer } from "../src/api/types";
import { following, programme } from "../src/player/programme";

const VIEWER: Viewer = {
  thumb: 0,
  in_list: false,
  progress: null,
  position_s: null,
  duration_s: null,
  episode_id: null,
  completed: false,
  blocked: false,
};

const FILM: Title = {
  title_id: "f",
  name: "F",
  kind: "film",
  year: 1995,
  genres: [],
  tags: [],
  keywords: [],
  people: [],
  companies: [],
  synopsis: "",
  language: null,
  country: null,
  runtime_s: 6000,
  maturity: 0,
  maturity_source: "label",
  episodes: [],
  artwork: { artwork_id: "f-a", url: "/art/f-a.svg" },
  viewer: null,
};

const episode = (id: string, season: number, number: number) => ({
  episode_id: id,
  season,
  number,
  name: id,
  synopsis: "",
  runtime_s: 1000,
});

const SERIES: Title = {
  ...FILM,
  title_id: "s",
  kind: "series",
  runtime_s: null,
  // Out of order on purpose: a catalogue may send them so.
  episodes: [episode("b1", 2, 1), episode("a2", 1, 2), episode("a1", 1, 1)],
};

const seen = (title: Title, viewer: Partial<Viewer>): Title => ({
  ...title,
  viewer: { ...VIEWER, ...viewer },
});

describe("what is played next", () => {
  it("is a film from its beginning, or from where it was left", () => {
    expect(programme(FILM, null)).toMatchObject({ position_s: 0, duration_s: 6000, resumed: false });
    expect(programme(seen(FILM, { position_s: 900 }), null)).toMatchObject({
      position_s: 900,
      resumed: true,
    });
  });

  it("is a finished film from its beginning", () => {
    expect(programme(seen(FILM, { position_s: 3000, completed: true }), null).position_s).toBe(0);
    expect(programme(seen(FILM, { position_s: 5990 }), null).position_s).toBe(0);
  });

  it("is the first episode of a series that was never begun", () => {
    expect(programme(SERIES, null).episode?.episode_id).toBe("a1");
  });

  it("is the episode that was left half-way, from there", () => {
    expect(programme(seen(SERIES, { episode_id: "a2", position_s: 400 }), null)).toMatchObject({
      episode: { episode_id: "a2" },
      position_s: 400,
      resumed: true,
    });
  });

  it("is the episode after the last finished one, across seasons", () => {
    const after = programme(seen(SERIES, { episode_id: "a2", position_s: 1000 }), null);
    expect(after).toMatchObject({ episode: { episode_id: "b1" }, position_s: 0, resumed: false });
  });

  it("is the first again when the last is finished", () => {
    const after = programme(seen(SERIES, { episode_id: "b1", position_s: 1000 }), null);
    expect(after.episode?.episode_id).toBe("a1");
  });

  it("is the episode that was asked for, and the usual one for an unknown id", () => {
    expect(programme(SERIES, "b1").episode?.episode_id).toBe("b1");
    expect(programme(SERIES, "nonsense").episode?.episode_id).toBe("a1");
  });

  it("ends with the last episode", () => {
    expect(following(SERIES, episode("a1", 1, 1))?.episode_id).toBe("a2");
    expect(following(SERIES, episode("b1", 2, 1))).toBeNull();
    expect(following(FILM, null)).toBeNull();
  });
});
