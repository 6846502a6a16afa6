import fc from "fast-check";

/** What a stranger can do without proving anything. `at` picks one of two addresses of the same channel. */
export type Command =
  | { readonly do: "start" | "submit"; readonly page: Page; readonly at: 0 | 1 }
  | { readonly do: "change" | "signIn"; readonly at: 0 | 1 }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: Plain };

/** How much of the form a page sends. */
export type Page = "empty" | "address" | "password" | "captcha" | "whole" | "without captcha" | "wrong captcha";
type Plain =
  | "resend"
  | "confirm wrongly"
  | "status"
  | "cancel"
  | "try junk"
  | "deliver"
  | "take the older ticket"
  /** Where the world has somebody else in it, that is when they act. */
  | "meanwhile";

const at = fc.constantFrom(0 as const, 0 as const, 1 as const);
const pages: readonly Page[] = [
  "whole",
  "whole",
  "empty",
  "address",
  "password",
  "captcha",
  "without captcha",
  "wrong captcha",
];
const plain: readonly Plain[] = [
  "resend",
  "resend",
  "confirm wrongly",
  "status",
  "cancel",
  "try junk",
  "deliver",
  "deliver",
  "take the older ticket",
  "meanwhile",
  "meanwhile",
];

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom("start" as const, "submit" as const), page: fc.constantFrom(...pages), at }),
  fc.record({ do: fc.constantFrom("change" as const, "signIn" as const), at }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom(...plain) }) },
  fc.record({
    do: fc.constant("wait" as const),
    seconds: fc.constantFrom(5, 30, 61, 61, 330, 601, 4 * 3_600, 9 * 3_600, 25 * 3_600),
  }),
);

const wholeForm: Command = { do: "start", page: "whole", at: 0 };

/** Most stories begin with a whole sign-up, for what comes before it has little to tell. */
export const stories: fc.Arbitrary<readonly Command[]> = fc
  .tuple(fc.constantFrom(true, true, false), fc.array(command, { minLength: 1, maxLength: 10, size: "max" }))
  .map(([signedUp, rest]) => (signedUp ? [wholeForm, ...rest] : rest));
