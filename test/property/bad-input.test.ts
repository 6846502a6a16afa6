import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { Registrar } from "porchlight";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { anything, fields, long } from "./hostile.js";
import { codesOf, email, form, from, type House, openHouse, password, signedUp } from "./house.js";

type Verb = (registrar: Registrar<"email" | "phone">, ...given: readonly unknown[]) => Promise<unknown>;
const verbs = {
  start: (registrar, given) => Reflect.apply(registrar.start, registrar, [given, from]),
  submit: (registrar, given, ticket) => Reflect.apply(registrar.submit, registrar, [ticket, given, from]),
  change: (registrar, given, ticket) => Reflect.apply(registrar.change, registrar, [ticket, given, from]),
  confirm: (registrar, given, ticket) => Reflect.apply(registrar.confirm, registrar, [ticket, given, from]),
  resend: (registrar, _, ticket) => registrar.resend(ticket, from),
  status: (registrar, _, ticket) => registrar.status(ticket, from),
  cancel: (registrar, _, ticket) => registrar.cancel(ticket, from),
  inspect: (registrar, given, link) => Reflect.apply(registrar.inspect, registrar, [link, given, from]),
  activate: (registrar, given, link) => Reflect.apply(registrar.activate, registrar, [link, given, from]),
  disown: (registrar, _, link) => registrar.disown(link, from),
  signIn: (registrar, given) => Reflect.apply(registrar.signIn, registrar, [given, from]),
} satisfies Record<string, Verb>;

const profile = z.object({ name: z.string() });
const house = () => openHouse({ profile, consents: { terms: { version: "1" } } });

/** Everything but what only reads the counters: none of it may happen. */
const dear = ({ calls }: House) => calls.filter(({ port }) => port !== "limiter");

describe.each(Object.entries<Verb>(verbs))("%s", (name, verb) => {
  it("answers whatever it is given with problems, and asks nobody but the limiter", async () => {
    const shared = house();
    await fc.assert(
      fc.asyncProperty(fields, anything, async (given, ticket) => {
        const answer = await verb(shared.registrar, given, ticket);
        expect(answer).toBeTypeOf("object");
        expect(Reflect.get({}, "polluted")).toBeUndefined();
      }),
      { numRuns: name === "signIn" ? 150 : 300 },
    );
    expect(dear(shared)).toEqual([]);
  });
});

describe("a pending registration", () => {
  const pointed: readonly (keyof typeof verbs)[] = ["submit", "change", "confirm"];

  it.each(pointed)("is looked up once and left as it is by a malformed %s", async (name) => {
    const shared = house();
    const { registrar, ports } = shared;
    const { ticket } = await registrar.start({ ...form(), profile: { name: "Ada" }, consents: { terms: "1" } }, from);
    const rows = await ports.store.lease(ports.clock.now(), ports.clock.now() + 1, 9, "email");
    const [id = ""] = rows.map(({ registrationId }) => registrationId);
    const before = await ports.store.find(id);
    const rubbish = fc.oneof(
      fc.constantFrom<unknown[]>(
        { email: "no address" },
        { code: "no digits" },
        { code: { $ne: null } },
        { email, role: "admin" },
        null,
        [],
        "x",
      ),
      fc.record({ code: fc.constantFrom("1 2 3 x", long, ["12345678"]), email: fc.constantFrom("a@b", long, {}) }),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, async (given) => {
        const seen = shared.calls.length;
        const answer = await verbs[name](registrar, given, ticket);
        expect(shared.calls.slice(seen).map(({ port, verb }) => `${port}.${verb}`)).toEqual(["store.find"]);
        expect(answer).toMatchObject({ ticket, registration: { step: "pending" } });
      }),
      { numRuns: 60 },
    );
    expect(await ports.store.find(id)).toEqual(before);
  });
});

describe("forged and mutated", () => {
  const mutations = fc.record({
    at: fc.nat(),
    to: fc.constantFrom("A", "b", "-", ".", "\u00e4", ""),
    how: fc.constantFrom("set", "cut", "double"),
  });
  const mutate = (
    text: string,
    { at, to, how }: { readonly at: number; readonly to: string; readonly how: string },
  ) => {
    const index = at % text.length;
    if (how === "cut") return text.slice(0, index);
    if (how === "double") return text.slice(0, index) + text.slice(Math.max(0, index - 1));
    return text.slice(0, index) + to + text.slice(index + 1);
  };

  it("tickets open nothing and are looked up nowhere", async () => {
    const shared = openHouse();
    const { ticket } = await signedUp(shared);
    const before = shared.calls.length;
    await fc.assert(
      fc.asyncProperty(
        mutations,
        fc.constantFrom("status", "resend", "cancel", "submit" as const),
        async (mutation, name) => {
          const forged = mutate(ticket, mutation);
          fc.pre(forged !== ticket);
          expect(await verbs[name](shared.registrar, {}, forged)).toMatchObject({
            ok: false,
            problems: [{ code: "ticket_invalid" }],
          });
        },
      ),
      { numRuns: 400 },
    );
    expect(shared.calls.slice(before)).toEqual([]);
  });

  it("links are invalid and are looked up nowhere", async () => {
    const shared = openHouse();
    const { link, ticket } = await signedUp(shared);
    const before = shared.calls.length;
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const forged = mutate(link, mutation);
        fc.pre(forged !== link);
        expect(await shared.registrar.inspect(forged, { ticket }, from)).toEqual({ state: "invalid" });
        expect(codesOf(await shared.registrar.activate(forged, { ticket, password }, from))).toEqual(["link_invalid"]);
        expect(await shared.registrar.disown(forged, from)).toEqual({ ok: true });
      }),
      { numRuns: 400 },
    );
    expect(shared.calls.slice(before)).toEqual([]);
  });
});

describe("a good link", () => {
  const proofs = fc.oneof(
    fc.constantFrom<unknown[]>(
      null,
      undefined,
      "x",
      7,
      [],
      [{ password }],
      JSON.parse('{"__proto__":{"password":"x"}}'),
    ),
    fc.record({
      password: fc.constantFrom<unknown[]>({ $ne: null }, [password], long, "a\u0000b", "\ud800", null, 7),
      ticket: fc.constantFrom<unknown[]>({ $ne: null }, long, "x", null, 7),
    }),
  );

  it("with a malformed proof is looked up once, costs no try and stays good", async () => {
    const shared = openHouse();
    const { registrar } = shared;
    const { link, ticket } = await signedUp(shared);
    await fc.assert(
      fc.asyncProperty(proofs, fc.constantFrom("inspect" as const, "activate" as const), async (proof, name) => {
        const seen = shared.calls.length;
        expect(await verbs[name](registrar, proof, link)).not.toMatchObject({ ok: true });
        expect(shared.calls.slice(seen).map(({ port, verb }) => `${port}.${verb}`)).toEqual(["store.find"]);
      }),
      { numRuns: 150 },
    );
    expect((await registrar.activate(link, { ticket }, from)).ok).toBe(true);
  });
});

describe("a form with many faults", () => {
  it("hears of all of them at once, and names what would pass", async () => {
    const { registrar, calls } = house();
    const answer = await verbs.start(registrar, {
      email: "ada@example.com\nBcc: eve@example.com",
      password: "short",
      confirmation: "other",
      captcha: 7,
      profile: { name: 7 },
      consents: { terms: "0", cookies: "1" },
      role: "admin",
    });
    const expected = [
      "field_unknown",
      "email",
      "password_too_short",
      "confirmation_mismatch",
      "field_malformed",
      "field_unknown",
      "consent_outdated",
      "profile_invalid",
    ];
    const codes = problemsOf(answer).map(({ code }) => (code.startsWith("email") ? "email" : code));
    expect(codes.sort()).toEqual(expected.sort());
    expect(calls).toEqual([]);
  });

  it.each([long, "\ud800", { $ne: null }, ["GB"], "__proto__"])("may name any country: %#", async (country) => {
    const { registrar, calls } = openHouse();
    expect((await registrar.start({ phone: "07400 123456", country }, from)).ok).toBe(false);
    expect((await registrar.signIn({ identifier: "07400 123456", country, password }, from)).ok).toBe(false);
    expect(calls).toEqual([]);
  });

  it("at sign-in likewise", async () => {
    const { registrar, calls } = openHouse();
    const answer = await registrar.signIn({ identifier: "no address", password: ["x"] }, from);
    expect(codesOf(answer).length).toBeGreaterThanOrEqual(2);
    expect(calls).toEqual([]);
  });
});

describe("setPassword", () => {
  it("answers any fields with problems and throws only where there is no such account", async () => {
    const shared = openHouse();
    const { ticket, code } = await signedUp(shared);
    const activated = await shared.registrar.confirm(ticket, { code }, from);
    const id = activated.ok ? activated.registration.accountId : "";
    const before = shared.calls.length;
    await fc.assert(
      fc.asyncProperty(fields, async (given) => {
        expect(await Reflect.apply(shared.registrar.setPassword, shared.registrar, [id, given])).toMatchObject({
          ok: false,
        });
      }),
      { numRuns: 200 },
    );
    expect(new Set(shared.calls.slice(before).map(({ verb }) => verb))).toEqual(new Set(["account"]));
    await expect(shared.registrar.setPassword("nobody", { password, confirmation: password })).rejects.toThrow(
      TypeError,
    );
  });
});

describe("a caller", () => {
  it("may send any language header and have any address", async () => {
    const shared = openHouse({ rules: { callsPerHour: 1_000 } });
    const strings = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(long, ",".repeat(1_000_000), "\ud800", "de;q=x", "::", "[::1]"),
    );
    await fc.assert(
      fc.asyncProperty(strings, strings, async (ip, locale) => {
        expect(codesOf(await shared.registrar.start({ email }, { ip, locale }))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

interface Trap {
  readonly id: string;
  readonly field: string;
  readonly input: unknown;
  readonly expect: "accept" | "reject";
  readonly why: string;
}
const { unicode_traps: traps }: { readonly unicode_traps: readonly Trap[] } = JSON.parse(
  readFileSync(new URL("../vectors.json", import.meta.url), "utf8"),
);

describe("the vectors", () => {
  it.each(traps.filter(({ field }) => field === "token"))(
    "$id: $why, as a link and as a ticket",
    async ({ input, expect: verdict }) => {
      expect(verdict).toBe("reject");
      const { registrar, calls } = openHouse();
      expect(await registrar.inspect(input, {}, from)).toEqual({ state: "invalid" });
      expect(codesOf(await registrar.activate(input, { password }, from))).toEqual(["link_invalid"]);
      expect(codesOf(await registrar.status(input, from))).toEqual(["ticket_invalid"]);
      expect(calls).toEqual([]);
    },
  );

  it.each(traps.filter(({ field }) => field === "name"))(
    "$id: $why, as a name in a profile",
    async ({ input, expect: verdict }) => {
      const { registrar } = openHouse({ profile });
      const answer = await registrar.start({ profile: { name: input } }, from);
      expect(answer.ok).toBe(verdict === "accept");
      if (verdict === "reject") expect(codesOf(answer)).toEqual(["profile_malformed"]);
    },
  );
});

function problemsOf(answer: unknown): readonly { readonly code: string }[] {
  const given: { readonly problems?: readonly { readonly code: string }[] } = Object(answer);
  return given.problems ?? [];
}
