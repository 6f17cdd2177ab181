import { expect, it } from "vitest";
import { uuid7 } from "../src/events/ids";

it("writes the time, the version and the variant where RFC 9562 has them", () => {
  // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z.
  const random = Uint8Array.of(0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f);
  expect(uuid7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

it("gives later ids a higher order and never the same twice", () => {
  const ids = Array.from({ length: 500 }, (_, place) => uuid7(1_700_000_000_000 + place));
  expect(ids.toSorted()).toEqual(ids);
  const same = Array.from({ length: 500 }, () => uuid7(1_700_000_000_000));
  expect(new Set(same).size).toBe(500);
});
