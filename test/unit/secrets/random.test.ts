import { afterEach, describe, expect, it, vi } from "vitest";
import { random128 } from "../../../src/secrets/random.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Stands in for the platform's randomness: keeps each array that it filled, and what it filled it with. */
function watchPlatform() {
  const filled: { readonly pool: Uint8Array; readonly given: readonly string[] }[] = [];
  const real = crypto.getRandomValues.bind(crypto);
  vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
    real(array);
    if (!(array instanceof Uint8Array)) throw new Error("Bytes were expected.");
    const pieces = Array.from({ length: array.length / 16 }, (_, at) => text(array.subarray(at * 16, at * 16 + 16)));
    filled.push({ pool: array, given: pieces });
    return array;
  });
  return filled;
}

describe("random128", () => {
  afterEach(() => vi.restoreAllMocks());

  it("gives what the platform drew, each byte once and in its order", () => {
    const filled = watchPlatform();
    while (filled.length === 0) random128();
    const first = filled[0]?.given ?? [];
    const drawn = Array.from({ length: first.length - 1 }, () => text(random128()));
    expect(drawn).toEqual(first.slice(1));
    expect(filled).toHaveLength(1);
    expect(new Set([...first, text(random128())])).toHaveProperty("size", first.length + 1);
  });

  it("keeps nothing of what it gave", () => {
    const filled = watchPlatform();
    while (filled.length === 0) random128();
    const [{ pool, given } = { pool: new Uint8Array(), given: [] }] = filled;
    for (let more = 1; more < given.length; more += 1) random128();
    expect(pool).toEqual(new Uint8Array(pool.length));
  });

  it("gives an array of its own, which nobody else writes to", () => {
    const one = random128();
    const before = text(one);
    random128().fill(7);
    expect(text(one)).toBe(before);
    expect(one.buffer).toHaveProperty("byteLength", 16);
  });

  it("draws nothing where the platform fails, and draws again the next time", () => {
    const filled = watchPlatform();
    while (filled.length === 0) random128();
    for (let more = 1; more < (filled[0]?.given.length ?? 0); more += 1) random128();
    vi.restoreAllMocks();
    vi.spyOn(crypto, "getRandomValues").mockImplementationOnce(() => {
      throw new Error("no randomness");
    });
    expect(random128).toThrow("no randomness");
    expect(random128()).not.toEqual(new Uint8Array(16));
  });
});
