import { describe, expect, it } from "vitest";
import { age, clock, count, percent, runtime } from "../src/format";

describe("people read", () => {
  it.each([
    [10_680, "2 h 58 min"],
    [7_200, "2 h"],
    [2_700, "45 min"],
    [3_590, "1 h"],
    [12, "under a minute"],
  ])("a runtime of %i s as %s", (seconds, text) => {
    expect(runtime(seconds)).toBe(text);
  });

  it.each([
    [0, "0:00"],
    [247.9, "4:07"],
    [3_723, "1:02:03"],
    [-3, "0:00"],
  ])("a position of %f s as %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  it("ages, counts and shares in words", () => {
    expect(age(0)).toBe("All ages");
    expect(age(16)).toBe("16+");
    expect(count(1, "event")).toBe("1 event");
    expect(count(1234, "event")).toBe("1,234 events");
    expect(percent(0.934)).toBe("93%");
    expect(percent(1.2)).toBe("100%");
  });
});
