import fc from "fast-check";
import { long } from "../property/hostile.js";
import { forgedLinks, forgedTickets, type Loot } from "./forged-tickets.js";
import { type HostileShape, jsonShapes, liveShapes } from "./hostile-shapes.js";
import { naughtyTexts } from "./naughty-texts.js";
import { password, type StageName, stageNames, wholePage } from "./world.js";

export const verbNames = [
  "start",
  "submit",
  "change",
  "resend",
  "confirm",
  "cancel",
  "status",
  "inspect",
  "activate",
  "disown",
  "signIn",
  "setPassword",
] as const;
export type VerbName = (typeof verbNames)[number];

export type Way = "call" | "cookie" | "body";

/** What a caller hands over beside the fields: the stage's own ticket or link, or something hostile in its place. */
export interface Hand {
  readonly name: string;
  /** Undefined: the stage's own. */
  readonly forge?: (loot: Loot) => unknown;
}

/** One call, in words that a report may print; values are made only when it is made. */
export interface Call {
  readonly verb: VerbName;
  readonly way: Way;
  readonly stage: StageName;
  readonly hand: Hand;
  readonly fields: { readonly name: string; make(): unknown };
  readonly locale: { readonly name: string; make(): unknown };
  /** Whether it is wrong by construction, so that it must be refused without a port. */
  readonly certain: boolean;
}

const own: Hand = { name: "its own" };
const plain = { name: "en", make: () => "en" };
const text = ({ name, text: given }: { readonly name: string; readonly text: string }): HostileShape => ({
  name,
  make: () => given,
});
const texts = naughtyTexts.map(text);
const textsThat = (fits: (given: string) => boolean) => naughtyTexts.filter(({ text: given }) => fits(given)).map(text);

const shapes = (way: Way): readonly HostileShape[] => (way === "call" ? [...jsonShapes, ...liveShapes] : jsonShapes);

/** Good without more: a page may leave everything out, and a getter may tell a good name. */
const harmless = new Set([
  "an empty object",
  "an object without a prototype",
  "a proxy of an object",
  "a getter that counts up",
]);

const points = (given: string): number => Array.from(given.normalize("NFC")).length;
const hasLetter = (given: string): boolean => /[a-z]/i.test(given);

/** For each field the texts that it can never take. */
const wrongTexts: Readonly<Record<string, readonly HostileShape[]>> = {
  email: textsThat((given) => !given.includes("@")),
  phone: textsThat(hasLetter),
  country: [],
  password: textsThat((given) => points(given) < 15 || given.length > 1_024),
  confirmation: textsThat((given) => given !== password),
  captcha: [],
  profile: texts,
  consents: texts,
  code: textsThat((given) => hasLetter(given) || given.length > 64),
  identifier: textsThat((given) => !given.includes("@") && hasLetter(given)),
  // What any sign-in may type but no registration can have accepted.
  signInPassword: textsThat((given) => given.length > 1_024 || !given.isWellFormed() || /\p{Cc}/u.test(given)),
};

/** Something that this field can never take. */
function wrongFor(field: string, way: Way): fc.Arbitrary<HostileShape> {
  const list = shapes(way).filter(({ name }) => !harmless.has(name) || field !== "profile");
  return fc.constantFrom(...list, ...(wrongTexts[field] ?? []));
}

const strangeNames = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "role",
  "state",
  "$where",
  "hint",
  "id",
  "humanUntil",
  "email[]",
  "email.$ne",
  "Email",
  "émail",
  "then",
  "\u0000",
  "a".repeat(5_000),
);

interface Member {
  readonly field: string;
  readonly value: HostileShape;
}

/** A base with some members put in its place, own members always: `__proto__` is a name like any other. */
function formOf(base: object, members: readonly Member[]): Call["fields"] {
  return {
    name: members.map(({ field, value }) => `${field.slice(0, 40)}: ${value.name}`).join(", "),
    make() {
      const made = { ...base };
      for (const { field, value } of members) {
        Object.defineProperty(made, field, {
          value: value.make(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return made;
    },
  };
}

const rest = { name: "nothing", make: () => ({}) };

/** A form that at least one member makes wrong, or something that is no form at all. */
function spoiled(
  base: object,
  names: readonly string[],
  way: Way,
  options: { readonly strict?: boolean; readonly signIn?: boolean } = {},
): fc.Arbitrary<Call["fields"]> {
  const { strict = true, signIn = false } = options;
  const member = fc.oneof(
    ...names.map((field) =>
      wrongFor(signIn && field === "password" ? "signInPassword" : field, way).map((value) => ({ field, value })),
    ),
  );
  const strange = fc
    .tuple(strangeNames, fc.constantFrom(...shapes(way), ...texts))
    .map(([field, value]) => ({ field, value }));
  const members = fc
    .tuple(
      strict ? fc.oneof({ weight: 4, arbitrary: member }, strange) : member,
      fc.array(fc.oneof(member, strange), { maxLength: 2 }),
    )
    .map(([first, others]) => formOf(base, [...others.filter(({ field }) => field !== first.field), first]));
  const whole = fc.constantFrom(...shapes(way).filter(({ name }) => !harmless.has(name)), ...texts);
  return strict ? fc.oneof({ weight: 9, arbitrary: members }, whole) : members;
}

const locales = fc.oneof(
  { weight: 8, arbitrary: fc.constant(plain) },
  fc.constantFrom(...texts),
  fc.string({ unit: "binary", maxLength: 40 }).map((given) => ({ name: JSON.stringify(given), make: () => given })),
);

/** Whatever may be handed in as a ticket or a link but is none. */
function forged(kinds: Readonly<Record<string, (loot: Loot) => string>>, way: Way): fc.Arbitrary<Hand> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Object.entries(kinds)).map(([name, forge]): Hand => ({ name, forge })) },
    fc.constantFrom(...shapes(way), ...texts).map(({ name, make }): Hand => ({ name, forge: make })),
  );
}

const addressNames = ["email", "phone"];
const pageNames = [...addressNames, "password", "confirmation", "captcha", "profile", "consents"];
const stages = fc.constantFrom(...stageNames);

const pages = (way: Way) =>
  fc.oneof(
    ...(["email", "phone"] as const).map((channel) => {
      const names = pageNames.filter((name) => name !== (channel === "email" ? "phone" : "email"));
      return spoiled(wholePage(channel), channel === "phone" ? [...names, "country"] : names, way);
    }),
  );

const certainly = (
  verb: VerbName,
  way: Way,
  fields: fc.Arbitrary<Call["fields"]>,
  hand: fc.Arbitrary<Hand> = fc.constant(own),
): fc.Arbitrary<Call> =>
  fc.record({
    verb: fc.constant(verb),
    way: fc.constant(way),
    stage: stages,
    hand,
    fields,
    locale: locales,
    certain: fc.constant(true),
  });

/** Calls whose fields are wrong by construction. */
const spoiledCalls = (way: Way): readonly fc.Arbitrary<Call>[] => [
  certainly("start", way, pages(way)),
  certainly("submit", way, pages(way)),
  certainly("change", way, spoiled({}, addressNames, way)),
  certainly("confirm", way, spoiled({}, ["code"], way)),
  certainly(
    "signIn",
    way,
    spoiled({ identifier: "first@example.com", password }, ["identifier", "password"], way, { signIn: true }),
  ),
  certainly("activate", way, spoiled({}, ["password"], way, { strict: false, signIn: true })),
  certainly("inspect", way, spoiled({}, ["ticket"], way, { strict: false })),
  ...(way === "call"
    ? [certainly("setPassword", way, spoiled({ password, confirmation: password }, ["password", "confirmation"], way))]
    : []),
];

/** Calls with a ticket or a link that is none of ours, and fields that would be good. */
const forgedCalls = (way: Way): readonly fc.Arbitrary<Call>[] => [
  ...(["resend", "cancel", "status"] as const).map((verb) =>
    certainly(verb, way, fc.constant(rest), forged(forgedTickets, way)),
  ),
  certainly("submit", way, fc.constant(formOf(wholePage("email"), [])), forged(forgedTickets, way)),
  certainly("change", way, fc.constant(formOf({ email: "eve@example.com" }, [])), forged(forgedTickets, way)),
  certainly("confirm", way, fc.constant(formOf({ code: "12345678" }, [])), forged(forgedTickets, way)),
  ...(["inspect", "activate", "disown"] as const).map((verb) =>
    certainly(verb, way, fc.constant(verb === "activate" ? formOf({ password }, []) : rest), forged(forgedLinks, way)),
  ),
];

const anyNames = [...pageNames, "country", "code", "identifier", "ticket"];
/** Of which none is good for any verb: a good link among them would be one to those that take links. */
const { "a link": _, ...goodForNothing } = forgedTickets;
const drawn: fc.Arbitrary<HostileShape> = fc
  .oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.jsonValue({ maxDepth: 3 }), fc.anything({ maxDepth: 2 }))
  .map((value) => ({ name: fc.stringify(value).slice(0, 200), make: () => value }));

/** Calls of which nobody knows beforehand what they will come to. */
const wildCalls: fc.Arbitrary<Call> = fc.record({
  verb: fc.constantFrom(...verbNames.filter((verb) => verb !== "cancel")),
  way: fc.constant<Way>("call"),
  stage: stages,
  hand: fc.oneof({ weight: 3, arbitrary: fc.constant(own) }, forged(goodForNothing, "call")),
  fields: fc
    .tuple(
      fc.constantFrom({}, wholePage("email", "wild@example.com"), { password, confirmation: password }),
      fc.array(
        fc.record({
          field: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...anyNames) }, strangeNames),
          value: fc.oneof(drawn, fc.constantFrom(...texts, ...jsonShapes, ...liveShapes)),
        }),
        { maxLength: 4 },
      ),
    )
    .map(([base, members]) => formOf(base, members)),
  locale: locales,
  certain: fc.constant(false),
});

/** Fifty megabytes, now and then. */
const hugeCalls: fc.Arbitrary<Call> = certainly(
  "start",
  "call",
  fc
    .constantFrom(...pageNames.filter((name) => name !== "captcha"))
    .map((field) =>
      formOf(wholePage(field === "phone" ? "phone" : "email"), [{ field, value: { name: "50 MB", make: () => long } }]),
    ),
);

/** Three quarters in process, where more can be handed over than JSON can say. */
const byAnyWay = (callsBy: (way: Way) => readonly fc.Arbitrary<Call>[]): fc.Arbitrary<Call> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.oneof(...callsBy("call")) },
    { weight: 1, arbitrary: fc.oneof(...callsBy("cookie")) },
    { weight: 1, arbitrary: fc.oneof(...callsBy("body")) },
  );

/** Any call on a verb. */
export const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 600, arbitrary: byAnyWay(spoiledCalls) },
  { weight: 300, arbitrary: byAnyWay(forgedCalls) },
  { weight: 100, arbitrary: wildCalls },
  { weight: 1, arbitrary: hugeCalls },
);
