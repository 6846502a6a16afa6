import fc from "fast-check";

/**
 * Which address: two of one channel and one of the other that are somebody else's, or not, as the world has it; and the
 * stranger's own.
 */
export type Place = "first" | "second" | "elsewhere" | "own";
/** How much of the form a page sends. */
export type Page =
  | "empty"
  | "address"
  | "password"
  | "captcha"
  | "profile"
  | "whole"
  | "half a profile"
  | "without captcha"
  | "wrong captcha"
  /** The same solved captcha each time. */
  | "solved captcha";
/** Rubbish, what a key of nobody's made, or what came to the stranger's own mailbox: the newest or the oldest. */
export type Link = "junk" | "forged" | "own newest" | "own oldest";
export type Proof = "ticket" | "password" | "nothing";

/** What a stranger can do who proves no address but his own. */
export type Command =
  | { readonly do: "start" | "submit"; readonly page: Page; readonly at: Place; readonly caller: 0 | 1 }
  | { readonly do: "change"; readonly at: Place }
  | { readonly do: "signIn"; readonly at: Place; readonly password: "a guess" | "the own" }
  | { readonly do: "confirm"; readonly code: "wrong" | "own newest" | "own oldest" }
  | { readonly do: "inspect" | "activate"; readonly link: Link; readonly proof: Proof }
  | { readonly do: "disown"; readonly link: Link }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: Plain };

type Plain =
  | "resend"
  | "status"
  | "cancel"
  | "use a forged ticket"
  | "deliver"
  | "purge"
  | "take the older ticket"
  /** Where the world has somebody else in it, that is when they act. */
  | "meanwhile";

/** Where and how a stranger meets the registrar. */
export interface Story {
  readonly channel: "email" | "phone";
  /** Called from code, or over HTTP with the ticket in a cookie or in the body. */
  readonly door: "registrar" | "cookie" | "body";
  /** A host that asks for nothing more, or for a profile and a consent, with a breach check and little patience with callers. */
  readonly host: "plain" | "curious";
  readonly commands: readonly Command[];
}

const at = fc.constantFrom<Place[]>("first", "first", "first", "second", "elsewhere", "own");
const page = fc.constantFrom<Page[]>(
  "whole",
  "whole",
  "whole",
  "empty",
  "address",
  "password",
  "captcha",
  "profile",
  "half a profile",
  "without captcha",
  "wrong captcha",
  "solved captcha",
);
const link = fc.constantFrom<Link[]>("junk", "forged", "own newest", "own oldest");
const plain = fc.constantFrom<Plain[]>(
  "resend",
  "resend",
  "status",
  "cancel",
  "use a forged ticket",
  "deliver",
  "deliver",
  "purge",
  "take the older ticket",
  "meanwhile",
  "meanwhile",
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("start" as const, "submit" as const),
      page,
      at,
      caller: fc.constantFrom(0 as const, 1 as const),
    }),
  },
  fc.record({ do: fc.constant("change" as const), at }),
  fc.record({
    do: fc.constant("signIn" as const),
    at,
    password: fc.constantFrom("a guess" as const, "the own" as const),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("confirm" as const),
      code: fc.constantFrom("wrong" as const, "wrong" as const, "own newest" as const, "own oldest" as const),
    }),
  },
  fc.record({
    do: fc.constantFrom("inspect" as const, "activate" as const),
    link,
    proof: fc.constantFrom<Proof[]>("ticket", "password", "nothing"),
  }),
  fc.record({ do: fc.constant("disown" as const), link }),
  { weight: 5, arbitrary: fc.record({ do: plain }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      seconds: fc.constantFrom(5, 30, 61, 61, 330, 601, 4 * 3_600, 9 * 3_600, 25 * 3_600),
    }),
  },
);

const signUp = (at: Place): Command => ({ do: "start", page: "whole", at, caller: 0 });
/** Most stories begin with a whole sign-up, for what comes before it has little to tell; some with one of the stranger's own. */
const beginnings: readonly (readonly Command[])[] = [
  [],
  [signUp("first")],
  [signUp("first")],
  [signUp("own"), { do: "deliver" }],
  [signUp("own"), { do: "deliver" }, { do: "wait", seconds: 61 }, { do: "change", at: "first" }],
  [signUp("first"), { do: "wait", seconds: 61 }, { do: "change", at: "own" }, { do: "deliver" }],
];
/** Whoever sends the same again and again comes to the end of a budget. */
const insistent = fc
  .tuple(command, fc.integer({ min: 3, max: 7 }))
  .map(([one, times]) => Array.from({ length: times }, () => one));

export const stories: fc.Arbitrary<Story> = fc.record({
  channel: fc.constantFrom("email" as const, "phone" as const),
  door: fc.constantFrom("registrar" as const, "registrar" as const, "cookie" as const, "body" as const),
  host: fc.constantFrom("plain" as const, "plain" as const, "curious" as const),
  commands: fc
    .tuple(
      fc.constantFrom(...beginnings),
      fc.array(command, { minLength: 1, maxLength: 10, size: "max" }),
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, insistent),
    )
    .map(([beginning, rest, again]) => [...beginning, ...again, ...rest]),
});
