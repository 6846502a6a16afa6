import { describe, expect, it } from "vitest";
import { guessableFrom } from "../../../src/values/guessable-password.js";

describe("a word of the account", () => {
  it("is told from four letters on, alone and repeated", () => {
    expect(guessableFrom("lena", { profile: ["Lena"] })).toBe("profile");
    expect(guessableFrom("Lena-Lena-Lena", { profile: ["Lena"] })).toBe("profile");
    expect(guessableFrom("adaadaada", { profile: ["Ada"] })).toBeUndefined();
    expect(guessableFrom("lenalen", { profile: ["Lena"] })).toBeUndefined();
    expect(guessableFrom("lenalenb", { profile: ["Lena"] })).toBeUndefined();
  });

  it("is told by the first place where it is known from", () => {
    expect(guessableFrom("harbour", { profile: ["Harbour"], service: ["harbour"] })).toBe("service");
    expect(guessableFrom("harbour", { service: ["harbour"], address: ["harbour@example.com"] })).toBe("address");
    expect(guessableFrom("harbour", {})).toBeUndefined();
    expect(guessableFrom("harbour", { address: [], profile: ["tulip", "harbour"] })).toBe("profile");
  });

  it("may hold a plus or begin with one, and is no number then", () => {
    expect(guessableFrom("area 5512345", { service: ["Area+5512345"] })).toBe("service");
    expect(guessableFrom("49ers 49ers", { address: ["+49ers@example.org"] })).toBe("address");
    expect(guessableFrom("5512345", { service: ["Area+5512345"] })).toBeUndefined();
  });

  it("is compared in lower case, in which a dotless i is no i and ß no double s", () => {
    expect(guessableFrom("MIKE", { profile: ["mike"] })).toBe("profile");
    expect(guessableFrom("mıke", { profile: ["mike"] })).toBeUndefined();
    expect(guessableFrom("strasse", { profile: ["Straße"] })).toBeUndefined();
  });

  it("counts its marks, for they change what is read", () => {
    expect(guessableFrom("नमस्ते", { profile: ["नमस्ते"] })).toBe("profile");
    expect(guessableFrom("नमसत", { profile: ["नमस्ते"] })).toBeUndefined();
  });
});

describe("two words of a profile", () => {
  it("are told when they are joined in either order, with anything between them", () => {
    expect(guessableFrom("AdaLovelace", { profile: ["Ada", "Lovelace"] })).toBe("profile");
    expect(guessableFrom("lovelace, ada", { profile: ["Ada", "Lovelace"] })).toBe("profile");
    expect(guessableFrom("ada lovelace ada lovelace", { profile: ["Ada", "Lovelace"] })).toBe("profile");
    expect(guessableFrom("ada lovelace king", { profile: ["Ada", "Lovelace"] })).toBeUndefined();
  });

  it("are not told of a service or an address", () => {
    expect(guessableFrom("adalovelace", { service: ["Ada", "Lovelace"] })).toBeUndefined();
    expect(guessableFrom("adalovelace", { address: ["Ada", "Lovelace"] })).toBeUndefined();
  });

  it("are told of the first eight", () => {
    const profile = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    expect(guessableFrom("eight one", { profile })).toBe("profile");
    expect(guessableFrom("nine one", { profile })).toBeUndefined();
    expect(guessableFrom("one nine", { profile })).toBeUndefined();
  });
});

describe("the number of the account", () => {
  const address = ["+14155552671"];

  it.each(["+1 415 555 2671", "14155552671", "4155552671", "04155552671", "001 4155552671", "555-2671"])(
    "is told from %s",
    (typed) => expect(guessableFrom(typed, { address })).toBe("address"),
  );

  it.each(["552671", "0552671", "4155552672", "141555526710"])("is not told from %s", (typed) => {
    expect(guessableFrom(typed, { address })).toBeUndefined();
  });

  it("keeps the zeros inside it", () => {
    expect(guessableFrom("7400123461", { address: ["+447400123461"] })).toBe("address");
    expect(guessableFrom("74123461", { address: ["+447400123461"] })).toBeUndefined();
  });
});
