// Mostly read by the compiler: `npm run check` fails where an expected type error is missing.
import { type Answer, createRegistrar, type ProblemCode, parseEmail, type View } from "porchlight";
import { testPorts } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const activationUrl = "https://app.example/activate#t={token}";
const texts = { service: "Example", signInUrl: "https://app.example/login" };
const from = { ip: "192.0.2.7" };

describe("the types", () => {
  it("offer the fields of the channels that are there, and no others", async () => {
    const { mailer, texter, ...ports } = testPorts();
    const byMail = createRegistrar({ ...texts, channels: { email: { mailer, activationUrl } }, ...ports });
    // @ts-expect-error a registrar without telephones takes none
    const answer = await byMail.start({ phone: "07400 123461" }, from);
    expect(answer.ok).toBe(false);
  });

  it("carry the profile's type from the schema to the account", async () => {
    const { mailer, texter, ...ports } = testPorts();
    const profile = z.object({ name: z.string() });
    const registrar = createRegistrar({ ...texts, channels: { email: { mailer, activationUrl } }, ...ports, profile });
    const account = await registrar.account("nobody");
    const name: string | undefined = account?.profile.name;
    // @ts-expect-error the schema has no such field
    const age: unknown = account?.profile.age;
    expect([name, age]).toEqual([undefined, undefined]);
  });

  it("narrow an answer by its page and a problem by its code", () => {
    const shown = (answer: Answer): string => {
      const page: View = answer.registration;
      if (page.step === "pending") return `until ${page.expiresAt}`;
      if (page.step === "activated") return page.accountId;
      if (page.step === "closed") return page.reason;
      return page.missing.join();
    };
    const waits = (answer: Answer): readonly number[] =>
      answer.ok
        ? []
        : answer.problems.map((problem) => (problem.code === "busy" ? problem.facts.retryAfterSeconds : 0));
    const ok: Answer = { ok: true, ticket: "t", registration: { step: "closed", reason: "expired" } };
    expect([shown(ok), waits(ok)]).toEqual(["expired", []]);
  });

  it("make a table of problems complete or not compile", () => {
    // @ts-expect-error all the other codes are missing
    const table: Readonly<Record<ProblemCode, number>> = { busy: 503 };
    expect(table.busy).toBe(503);
  });

  it("give a parsed address only after asking whether there is one", () => {
    const email = parseEmail("ada@example.com");
    // @ts-expect-error a result is no address yet
    const early: unknown = email.value;
    expect(email.ok && email.value === early).toBe(true);
  });
});
