import { describe, expect, it, vi } from "vitest";
import { remembered } from "../../../src/messages/remembered.js";

describe("what is remembered", () => {
  it("is worked out once for each thing that is asked", () => {
    const work = vi.fn((asked: string) => (asked === "none" ? undefined : asked.length));
    const ask = remembered(work);
    expect(["ab", "ab", "none", "none", "abc"].map(ask)).toEqual([2, 2, undefined, undefined, 3]);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it("is forgotten when it has become a thousand answers", () => {
    const work = vi.fn((asked: number) => asked);
    const ask = remembered(work);
    for (let asked = 0; asked < 1_000; asked += 1) ask(asked);
    ask(0);
    expect(work).toHaveBeenCalledTimes(1_000);
    ask(1_000);
    expect(ask(0)).toBe(0);
    expect(work).toHaveBeenCalledTimes(1_002);
  });

  it("is nothing where the work fails", () => {
    const work = vi.fn<(asked: string) => string>().mockImplementationOnce(() => {
      throw new Error("not now");
    });
    const ask = remembered(work.mockImplementation((asked) => asked));
    expect(() => ask("a")).toThrow("not now");
    expect(ask("a")).toBe("a");
  });
});
