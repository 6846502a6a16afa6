import type { Screen } from "porchlight";
import { allOf } from "porchlight/screen/all-of";
import { describe, expect, it } from "vitest";
import { candidate } from "./candidate.js";

describe("allOf", () => {
  it("asks in order until one does not pass, and says what that one said", async () => {
    const asked: string[] = [];
    const saying =
      (verdict: Awaited<ReturnType<Screen>>, name: string): Screen =>
      async () => {
        asked.push(name);
        return verdict;
      };
    const pass = saying("pass", "pass");
    const pretend = saying("pretend", "pretend");
    const refuse = saying({ refuse: "no", field: "email" }, "refuse");
    const ada = candidate("ada@example.com");
    expect(await allOf(pass, pretend, refuse)(ada)).toBe("pretend");
    expect(await allOf(pass, refuse, pretend)(ada)).toEqual({ refuse: "no", field: "email" });
    expect(await allOf(pass, pass)(ada)).toBe("pass");
    expect(asked).toEqual(["pass", "pretend", "pass", "refuse", "pass", "pass"]);
  });

  it("hands each the whole candidate, and on what one throws", async () => {
    const seen: unknown[] = [];
    const ada = candidate("ada@example.com", { metadata: { tenant: "7" } });
    const down = allOf(
      async (one) => {
        seen.push(one);
        return "pass";
      },
      async () => {
        throw new Error("down");
      },
    );
    await expect(down(ada)).rejects.toThrow("down");
    expect(seen).toEqual([ada]);
  });

  it("joins screens of a profile with those of any", () => {
    const adults: Screen<{ readonly age: number }> = async ({ profile }) =>
      profile.age < 18 ? { refuse: "age" } : "pass";
    const any: Screen = async () => "pass";
    const joined: Screen<{ readonly age: number }> = allOf(any, adults);
    expect(joined).toBeTypeOf("function");
  });
});
