import { beforeEach, describe, expect, it, vi } from "vitest";
import { argon2Hasher } from "../../../src/hasher/argon2.js";
import { caller, codesOf, form, openHouse, password, problemsOf } from "./house.js";

const counted = vi.hoisted(() => ({ running: 0, most: 0, hashes: 0 }));

// Counted inside the real gate, around each hash; and more patient, so that a busy machine turns nobody away for waiting.
vi.mock("../../../src/hasher/gate.js", async (original) => {
  const { hashGate } = await original<typeof import("../../../src/hasher/gate.js")>();
  return {
    hashGate(options: Parameters<typeof hashGate>[0]): ReturnType<typeof hashGate> {
      const gate = hashGate({ ...options, waitMs: 9_000 });
      return (kind, work) =>
        gate(kind, async () => {
          counted.hashes += 1;
          counted.running += 1;
          counted.most = Math.max(counted.most, counted.running);
          try {
            return await work();
          } finally {
            counted.running -= 1;
          }
        });
    },
  };
});

beforeEach(() => Object.assign(counted, { running: 0, most: 0, hashes: 0 }));

/** Quick enough for a test and slow enough to pile up. */
const hasher = () =>
  argon2Hasher({ memoryKiB: 8_192, passes: 3, parallelism: 1, slots: 2, queue: 32, unsafeTestParams: true });

describe("five hundred sign-ups at once", () => {
  it("never run more hashes than the gate has slots, and the rest hear when to come again (T13)", async () => {
    const house = openHouse({ hasher: hasher() });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => house.registrar.start(form(`${n}@example.com`), caller(n))),
    );
    const pending = answers.filter(({ registration }) => registration.step === "pending");
    const busy = answers.filter((answer) => codesOf(answer).includes("busy"));
    expect(counted.most).toBe(2);
    expect(pending.length + busy.length).toBe(500);
    expect(pending.length).toBe(counted.hashes);
    expect(pending.length).toBeGreaterThanOrEqual(18);
    expect(busy.length).toBeGreaterThan(300);
    for (const answer of busy) {
      expect(problemsOf(answer)).toEqual([{ code: "busy", facts: { retryAfterSeconds: 9 } }]);
      expect(answer.registration).toMatchObject({
        step: "password",
        missing: ["password"],
        identifier: { channel: "email" },
      });
    }
    // What a crowd turned away comes back with: neither the address nor the captcha is asked for again.
    const [turnedAway] = busy;
    const again = { password, confirmation: password };
    const later = await house.registrar.submit(turnedAway?.ticket, again, caller(999));
    expect(later.registration.step).toBe("pending");
  });

  it("leave room for those who sign in", async () => {
    const house = openHouse({ hasher: hasher() });
    const { ticket } = await house.registrar.start(form("ada@example.com"), caller(0));
    await house.registrar.deliver();
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code("ada@example.com") }, caller(0));
    await house.registrar.signIn({ identifier: "ada@example.com", password }, caller(0));
    const crowd = Array.from({ length: 200 }, (_, n) => house.registrar.start(form(`${n}@example.com`), caller(n + 1)));
    const doors = Array.from({ length: 5 }, (_, n) =>
      house.registrar.signIn({ identifier: "ada@example.com", password }, caller(500 + n)),
    );
    expect((await Promise.all(doors)).every(({ ok }) => ok)).toBe(true);
    await Promise.all(crowd);
    expect(counted.most).toBe(2);
  });

  it("hash nothing at all where the captcha fails", async () => {
    const house = openHouse({ hasher: hasher() });
    await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        house.registrar.start({ ...form(`${n}@example.com`), captcha: "no" }, caller(n)),
      ),
    );
    expect(counted.hashes).toBe(0);
  });
});
