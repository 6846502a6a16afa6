import fc from "fast-check";
import { testPorts } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { form, openHouse, password } from "./house.js";

const caller = fc.record({
  ip: fc.constantFrom("203.0.113.7", "2001:db8:1:2::9", "unreadable", undefined),
  locale: fc.constantFrom("de", undefined),
});
const address = fc.constantFrom(
  { email: "ada.lovelace@example.com" },
  { email: "Eve@Bücher.example" },
  { phone: "+447400123456" },
  { phone: "07400 123457", country: "GB" },
  { email: "no address" },
);
const verb = fc.constantFrom("start", "submit", "submit", "submit", "change", "resend", "confirm", "status", "cancel");
const wait = fc.constantFrom(0, 0, 10_000, 25 * 60_000, 3 * 3_600_000);

/** Any order of pages and verbs of which one part is always lacking. */
const stories = (part: fc.Arbitrary<Readonly<Record<string, string>>>) =>
  fc.array(fc.record({ verb, part, address, withAddress: fc.boolean(), caller, wait, forked: fc.boolean() }), {
    maxLength: 20,
    size: "max",
  });

const passwords = fc.constantFrom<Readonly<Record<string, string>>[]>(
  {},
  { password, confirmation: password },
  { password, confirmation: "another" },
);
const noPass = fc.constantFrom<Readonly<Record<string, string>>[]>({}, { captcha: "fail" }, { captcha: "" });

describe.each([
  ["whoever passes no captcha", fc.tuple(passwords, noPass).map(([one, other]) => ({ ...one, ...other }))],
  [
    "whoever gives no password",
    fc.constantFrom<Readonly<Record<string, string>>[]>({}, { captcha: "pass" }, { captcha: "fail" }),
  ],
] as const)("%s", (_, part) => {
  it.each([
    ["captcha last", ["identifier", "password", "captcha"]],
    ["captcha first", ["captcha", "identifier", "password"]],
  ] as const)("leaves no row, no message and no address behind, with the %s", async (_order, steps) => {
    await fc.assert(
      fc.asyncProperty(stories(part), async (story) => {
        const keys: string[] = [];
        const house = openHouse(
          { rules: { steps } },
          {
            ports: testPorts(),
            around: ({ port, given }, go) => {
              if (port === "limiter") keys.push(JSON.stringify(given));
              return go();
            },
          },
        );
        const { registrar, ports } = house;
        let [ticket, first] = ["", ""];
        for (const { verb: name, part: given, address: typed, withAddress, caller: from, wait: ms, forked } of story) {
          ports.clock.advance(ms);
          const fields = withAddress ? { ...typed, ...given } : given;
          const held = forked ? first : ticket;
          const answer = await {
            start: () => registrar.start(fields, from),
            submit: () => registrar.submit(held, fields, from),
            change: () => registrar.change(held, typed, from),
            resend: () => registrar.resend(held, from),
            confirm: () => registrar.confirm(held, { code: "12345" }, from),
            status: () => registrar.status(held, from),
            cancel: () => registrar.cancel(held, from),
          }[name]();
          expect(["identifier", "password", "captcha", "closed"]).toContain(answer.registration.step);
          ticket = answer.ticket;
          first = first === "" ? ticket : first;
        }
        expect(house.calls.filter(({ port }) => port === "store" || port === "mailer" || port === "texter")).toEqual(
          [],
        );
        for (const key of keys)
          expect(key).not.toMatch(/lovelace|bücher|xn--bcher|7400123|203\.0\.113|2001:db8|unreadable/i);
        await registrar.deliver();
        expect([...ports.mailer.sent, ...ports.texter.sent, ...house.events]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the one call that makes a registration", () => {
  it("is a commit that only a whole form can cause", async () => {
    const { registrar, calls } = openHouse();
    await registrar.start(form(), { ip: "203.0.113.7" });
    expect(calls.filter(({ port }) => port === "store").map(({ verb }) => verb)).toEqual(["commit"]);
  });
});
