import fc from "fast-check";
import type { Mail } from "porchlight";
import { describe, expect, it } from "vitest";
import { codesOf, email, form, from, openHouse, password, tokenOf } from "./house.js";

const minute = 60_000;
const hour = 60 * minute;

/** A jump back is a correction: anything from seconds to two days. */
const moves = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(5_000, 30_000, 61_000, 10 * minute, 4 * hour, 9 * hour, 25 * hour) },
  { weight: 2, arbitrary: fc.constantFrom(-1_000, -45_000, -5 * minute, -hour, -10 * hour, -48 * hour) },
);
const acts = [
  "status",
  "resend",
  "confirm newest",
  "confirm oldest",
  "confirm wrongly",
  "activate newest by ticket",
  "activate oldest by password",
  "cancel",
  "deliver",
  "deliver",
] as const;
const stories = fc.array(
  fc.oneof(
    fc.record({ move: moves }),
    fc.record({ act: fc.constantFrom(...acts, ...acts.filter((act) => act !== "cancel" && !act.includes("newest"))) }),
  ),
  { minLength: 4, maxLength: 30, size: "max" },
);

describe("a clock that jumps back anywhere", () => {
  it("revives no ticket, code or link that was used or refused as expired", async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const house = openHouse();
        const { registrar, ports } = house;
        const { ticket } = await registrar.start(form(), from);
        await registrar.deliver();
        const secrets = () => ports.mailer.sent.filter(({ kind }) => kind === "activation").map(secretsOf);
        /** Everything that has been refused as expired or is used up: it must never work again. */
        const dead = new Set<string>();
        let accounts = 0;
        const used = (...names: readonly string[]) => {
          for (const name of [...names, ticket]) dead.add(name);
        };

        for (const next of story) {
          if ("move" in next) {
            ports.clock.advance(next.move);
            continue;
          }
          const newest = secrets().at(-1) ?? { code: "", link: "" };
          const oldest = secrets()[0] ?? newest;
          const { code, link } = next.act.includes("newest") ? newest : oldest;
          switch (next.act) {
            case "deliver":
              await registrar.deliver();
              break;
            case "confirm newest":
            case "confirm oldest":
            case "confirm wrongly": {
              const typed = next.act === "confirm wrongly" ? "12345" : code;
              const answer = await registrar.confirm(ticket, { code: typed }, from);
              if (answer.ok) {
                expect(dead.has(typed) || dead.has(ticket), "a dead code or ticket activated").toBe(false);
                accounts += 1;
                used(code, link);
              } else if (codesOf(answer).includes("code_expired")) {
                // It is the present code that was late, whatever was typed.
                dead.add(newest.code).add(newest.link);
              } else if (codesOf(answer).includes("ticket_expired")) used(newest.code, newest.link);
              break;
            }
            case "activate newest by ticket":
            case "activate oldest by password": {
              const proof = next.act.endsWith("ticket") ? { ticket } : { password };
              const answer = await registrar.activate(link, proof, from);
              if (answer.ok) {
                expect(dead.has(link), "a dead link activated").toBe(false);
                accounts += 1;
                used(code, link);
              } else if (codesOf(answer).some((problem) => problem === "link_expired" || problem === "link_used")) {
                dead.add(link);
              }
              break;
            }
            default: {
              const answer = await registrar[next.act](ticket, from);
              const closed = answer.registration.step === "closed" || codesOf(answer).includes("ticket_expired");
              if (answer.ok && answer.registration.step === "pending") {
                expect(dead.has(ticket), "a dead ticket was pending again").toBe(false);
              }
              if (closed) used(newest.code, newest.link);
            }
          }
        }
        expect(accounts).toBeLessThanOrEqual(1);
      }),
      { numRuns: 600 },
    );
  });

  it("makes a wait for the next message at most its own length after the first call that sees the jump", async () => {
    const waits = fc.record({
      before: fc.nat({ max: 59_000 }),
      back: fc.integer({ min: minute, max: 48 * hour }),
      look: fc.constantFrom("status" as const, "resend" as const),
      looks: fc.array(fc.nat({ max: 20_000 }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(waits, async ({ before, back, look, looks }) => {
        const { registrar, ports } = openHouse();
        const { ticket } = await registrar.start(form(), from);
        ports.clock.advance(before - back);
        const first = await registrar[look](ticket, from);
        const seenAt = ports.clock.now();
        const page = first.registration;
        if (page.step === "pending") expect(page.message.resendAt).toBeLessThanOrEqual(seenAt + minute);
        for (const ms of looks) {
          ports.clock.advance(ms);
          const { registration } = await registrar[look](ticket, from);
          if (registration.step === "pending")
            expect(registration.message.resendAt).toBeLessThanOrEqual(seenAt + minute);
        }
        ports.clock.set(seenAt + minute);
        expect(codesOf(await registrar.resend(ticket, from))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("makes a caller's wait at most its own length", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 48 * hour }), async (back) => {
        const { registrar, ports } = openHouse({ rules: { callsPerHour: 2 } });
        for (let call = 0; call < 2; call += 1) await registrar.start({ email }, from);
        ports.clock.advance(-back);
        const refused = await registrar.start({ email }, from);
        expect(refused.ok ? [] : refused.problems).toEqual([
          { code: "too_many_attempts", facts: { retryAfterSeconds: 3_600 } },
        ]);
        ports.clock.advance(hour);
        expect((await registrar.start({ email }, from)).ok).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

function secretsOf(mail: Mail) {
  if (mail.kind !== "activation") return { code: "", link: "" };
  return { code: mail.code ?? "", link: tokenOf(mail.link ?? "") };
}
