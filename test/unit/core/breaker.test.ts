import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmationsFor, mostMessages } from "../../../src/core/breaker.js";

const counts = fc.nat(1_000_000);

describe("the breaker", () => {
  it.each([
    [0, 50],
    [9, 50],
    [10, 51],
    [11, 56],
    [100, 501],
  ])("with %i confirmed allows %i messages", (confirmed, most) => {
    expect(mostMessages(confirmed)).toBe(most);
  });

  it("stops the next message where at least fifty were sent and fewer than a fifth confirmed, and only there", () => {
    fc.assert(
      fc.property(counts, counts, (sent, confirmed) => {
        const open = sent >= 50 && confirmed / sent < 0.2;
        expect(sent < mostMessages(confirmed)).toBe(!open);
      }),
      {
        numRuns: 10_000,
        examples: [
          [50, 10],
          [51, 10],
          [50, 9],
          [49, 0],
          [55, 11],
          [56, 11],
        ],
      },
    );
  });

  it("needs no more confirmations than allow so many messages", () => {
    fc.assert(
      fc.property(counts, (messages) => {
        expect(mostMessages(confirmationsFor(messages))).toBeGreaterThan(messages);
      }),
    );
  });
});
