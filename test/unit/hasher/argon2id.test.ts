import * as nodeRs from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import { type Argon2Options, argon2Hasher } from "../../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../../src/hasher/node-rs.js";

const password = "correct horse battery staple";
const cheap = { memoryKiB: 64, passes: 1, parallelism: 1, unsafeTestParams: true } as const;
const secret = (fill: number) => new Uint8Array(32).fill(fill);
const [one, two] = [
  { id: "p1", secret: secret(1) },
  { id: "p2", secret: secret(2) },
];

const hashers = [
  ["argon2Hasher", argon2Hasher],
  ["nodeRsHasher", (options?: Argon2Options) => nodeRsHasher(nodeRs, options)],
] as const;

describe.each(hashers)("%s", (name, makeHasher) => {
  it("writes Argon2id, version 19, with the parameters of RFC 9106, a salt of 16 bytes and a tag of 32", async () => {
    const hasher = makeHasher();
    const encoded = await hasher.hash(password);
    expect(encoded).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify(encoded, password)).toBe(true);
  });

  it.each([
    [1, 47_104],
    [2, 19_456],
    [3, 12_288],
    [4, 12_288],
  ])("takes the floor of OWASP and ASVS with passes %i, and not one KiB less", (passes, memoryKiB) => {
    expect(() => makeHasher({ passes, memoryKiB, parallelism: 1 })).not.toThrow();
    const below = () => makeHasher({ passes, memoryKiB: memoryKiB - 1, parallelism: 1 });
    expect(below).toThrow(TypeError);
    expect(below).toThrow(`${name} with passes ${passes} takes memoryKiB of at least ${memoryKiB}`);
  });

  it.each<[string, Argon2Options]>([
    ["half a pass", { passes: 2.5 }],
    ["no lane", { parallelism: 0 }],
    ["256 lanes", { parallelism: 256 }],
    ["more memory than it would verify", { memoryKiB: 2 ** 21 + 1 }],
    ["too little memory for its lanes, even in tests", { ...cheap, memoryKiB: 7 }],
    ["no slot", { slots: 0 }],
    ["more slots than the thread pool spares", { slots: 1024 }],
    ["half a place in the queue", { queue: 0.5 }],
    ["a wait of more than two seconds", { waitMs: 2001 }],
    ["a pepper that is too short", { pepper: { seal: "p1", known: [{ id: "p1", secret: new Uint8Array(31) }] } }],
    ["a pepper with a long id", { pepper: { seal: "p23456789", known: [{ id: "p23456789", secret: secret(1) }] } }],
    ["two peppers with one id", { pepper: { seal: "p1", known: [one, one] } }],
    ["a sealing pepper that is not known", { pepper: { seal: "p2", known: [one] } }],
  ])("refuses %s at construction", (_, options) => {
    expect(() => makeHasher(options)).toThrow(TypeError);
  });

  it("finds a hash with other parameters outdated, and still verifies it", async () => {
    const old = await makeHasher(cheap).hash(password);
    for (const change of [{ memoryKiB: 128 }, { passes: 2 }, { parallelism: 2 }]) {
      const hasher = makeHasher({ ...cheap, ...change });
      expect(hasher.outdated(old)).toBe(true);
      expect(await hasher.verify(old, password)).toBe(true);
    }
  });

  it("verifies under a retired pepper and finds such a hash outdated", async () => {
    const old = await makeHasher({ ...cheap, pepper: { seal: "p1", known: [one] } }).hash(password);
    const rotated = makeHasher({ ...cheap, pepper: { seal: "p2", known: [one, two] } });
    expect(await rotated.verify(old, password)).toBe(true);
    expect(rotated.outdated(old)).toBe(true);
    expect(rotated.outdated(await rotated.hash(password))).toBe(false);
  });

  it("takes a pepper up later: hashes without one verify and are outdated", async () => {
    const plain = await makeHasher(cheap).hash(password);
    const peppered = makeHasher({ ...cheap, pepper: { seal: "p1", known: [one] } });
    expect(await peppered.verify(plain, password)).toBe(true);
    expect(peppered.outdated(plain)).toBe(true);
  });

  it("does not verify with another pepper, nor without it", async () => {
    const sealed = await makeHasher({ ...cheap, pepper: { seal: "p1", known: [one] } }).hash(password);
    const other = makeHasher({ ...cheap, pepper: { seal: "p1", known: [{ id: "p1", secret: secret(9) }] } });
    const renamed = makeHasher({ ...cheap, pepper: { seal: "p2", known: [two] } });
    expect(await other.verify(sealed, password)).toBe(false);
    expect(await renamed.verify(sealed, password)).toBe(false);
    expect(await makeHasher(cheap).verify(sealed, password)).toBe(false);
    expect(await makeHasher(cheap).verify(sealed.replace(",keyid=cDE", ""), password)).toBe(false);
  });

  it("keeps its own copy of a pepper", async () => {
    const mine = secret(1);
    const hasher = makeHasher({ ...cheap, pepper: { seal: "p1", known: [{ id: "p1", secret: mine }] } });
    const encoded = await hasher.hash(password);
    mine.fill(0);
    expect(await hasher.verify(encoded, password)).toBe(true);
  });

  it("throws ERR_OVERLOADED where its queue is full", async () => {
    const hasher = makeHasher({ ...cheap, slots: 1, queue: 2 });
    const settled = await Promise.allSettled(Array.from({ length: 4 }, () => hasher.hash(password)));
    const reasons = settled.map((one) => (one.status === "rejected" ? one.reason : undefined));
    expect(reasons).toMatchObject([undefined, undefined, { code: "ERR_OVERLOADED" }, { code: "ERR_OVERLOADED" }]);
  });

  it("hands its slot on after a computation that failed", async () => {
    const hasher = makeHasher({ ...cheap, slots: 1, queue: 0 });
    await expect(Reflect.apply(hasher.hash, undefined, [Symbol("no password")])).rejects.toThrow();
    expect(await hasher.hash(password)).toMatch(/^\$argon2id\$/);
  });
});
