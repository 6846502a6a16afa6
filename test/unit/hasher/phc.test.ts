import { describe, expect, it } from "vitest";
import { formatPhc, parsePhc } from "../../../src/hasher/phc.js";

const phc = {
  memoryKiB: 65_536,
  passes: 3,
  parallelism: 4,
  pepperId: undefined,
  salt: Buffer.alloc(16, 1),
  tag: Buffer.alloc(32, 2),
};
const encoded = "$argon2id$v=19$m=65536,t=3,p=4$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

describe("a PHC string", () => {
  it("is written as other Argon2 libraries read it", () => {
    expect(formatPhc(phc)).toBe(encoded);
  });

  it("carries the id of the pepper as keyid", () => {
    expect(formatPhc({ ...phc, pepperId: "p2" })).toBe(encoded.replace("p=4", "p=4,keyid=cDI"));
  });

  it("reads back as it was written, with every length of pepper id", () => {
    expect(parsePhc(encoded)).toEqual(phc);
    for (let length = 1; length <= 8; length += 1) {
      const pepperId = "p-_9ABCD".slice(0, length);
      expect(parsePhc(formatPhc({ ...phc, pepperId }))?.pepperId).toBe(pepperId);
    }
  });

  it.each([
    ["nothing", ""],
    ["Argon2i", encoded.replace("argon2id", "argon2i")],
    ["version 16", encoded.replace("v=19", "v=16")],
    ["no version", encoded.replace("$v=19", "")],
    ["m, p, t", encoded.replace("t=3,p=4", "p=4,t=3")],
    ["a leading zero", encoded.replace("t=3", "t=03")],
    ["no passes", encoded.replace("t=3", "t=0")],
    ["more memory than anybody is told to use", encoded.replace("m=65536", "m=2097153")],
    ["less than 8 KiB for each lane", encoded.replace("m=65536", "m=31")],
    ["a thousand passes", encoded.replace("t=3", "t=1000")],
    ["256 lanes", encoded.replace("p=4", "p=256")],
    ["an unknown field", encoded.replace("p=4", "p=4,x=1")],
    ["a field after the tag", `${encoded}$`],
    ["a line break after the tag", `${encoded}\n`],
    ["a space before it", ` ${encoded}`],
  ])("with %s is not read", (_, damaged) => {
    expect(parsePhc(damaged)).toBeUndefined();
  });
});
