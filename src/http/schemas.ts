import * as z from "zod";

type Text = string | null | undefined;

interface AddressBody {
  readonly email?: Text;
  readonly phone?: Text;
  readonly country?: Text;
}

interface PageBody extends AddressBody {
  readonly password?: Text;
  readonly confirmation?: Text;
  readonly captcha?: Text;
  readonly profile?: unknown;
  readonly consents?: Readonly<Record<string, string>> | null | undefined;
}

interface TicketBody {
  readonly ticket?: Text;
}

interface LinkBody {
  readonly token?: Text;
}

interface SignInBody {
  readonly identifier?: Text;
  readonly country?: Text;
  readonly password?: Text;
}

/** The body of each verb. */
interface Requests {
  readonly start: z.ZodType<PageBody>;
  readonly submit: z.ZodType<TicketBody & PageBody>;
  readonly change: z.ZodType<TicketBody & AddressBody>;
  readonly resend: z.ZodType<TicketBody>;
  readonly confirm: z.ZodType<TicketBody & { readonly code?: Text }>;
  readonly cancel: z.ZodType<TicketBody>;
  readonly status: z.ZodType<TicketBody>;
  readonly inspect: z.ZodType<TicketBody & LinkBody>;
  readonly activate: z.ZodType<TicketBody & LinkBody & { readonly password?: Text }>;
  readonly disown: z.ZodType<LinkBody>;
  readonly "sign-in": z.ZodType<SignInBody>;
}

// What the requests are made of. Only types are judged here: what a value may be is the registrar's to say, for it says
// what would pass.
const text = z.string().nullish();
const ticket = text.describe(
  "Where the ticket travels in the body: the one of the last answer. Left out with cookies.",
);

const address = {
  email: text.describe("An e-mail address; or `phone`, never both."),
  phone: text.describe("A telephone number, as its owner writes it."),
  country: text.describe("The two letters of the country of `phone` (ISO 3166-1); needed without a leading +."),
};

const page = {
  ...address,
  password: text,
  confirmation: text.describe("The password, typed again."),
  captcha: text.describe("The response of the captcha."),
  profile: z.unknown().optional().describe("What the host asks for."),
  consents: z
    .record(z.string(), z.string())
    .nullish()
    .describe("The version of each document that was agreed to, by the name of the document."),
};

const token = text.describe("The token of a link: what its fragment has after `t=`.");

export const requests: Requests = {
  start: z.strictObject(page),
  submit: z.strictObject({ ticket, ...page }),
  change: z.strictObject({ ticket, ...address }),
  resend: z.strictObject({ ticket }),
  confirm: z.strictObject({ ticket, code: text.describe("The digits of the message.") }),
  cancel: z.strictObject({ ticket }),
  status: z.strictObject({ ticket }),
  inspect: z.strictObject({ ticket, token }),
  activate: z.strictObject({ ticket, token, password: text }),
  disown: z.strictObject({ token }),
  "sign-in": z.strictObject({
    identifier: text.describe("An e-mail address or a telephone number."),
    country: text,
    password: text,
  }),
};

export type Verb = keyof Requests;

const epoch = z.int().describe("Milliseconds since 1970 UTC, by the server's clock.");
const channel = z.enum(["email", "phone"]);
const openStep = z.enum(["identifier", "password", "captcha", "profile"]);

const shown = z.object({
  channel,
  display: z.string().optional().describe("In full, until something is sent to it."),
  masked: z.string(),
  country: z.string().optional(),
});

const view = z
  .union([
    z.object({ step: openStep, missing: z.array(openStep), identifier: shown.optional() }),
    z.object({
      step: z.literal("pending"),
      identifier: shown,
      message: z.object({
        by: z.array(z.enum(["link", "code"])),
        delivery: z.enum(["queued", "sent", "failed"]),
        now: epoch,
        decidedAt: epoch,
        expiresAt: epoch,
        resendAt: epoch,
        resendsLeft: z.int(),
        attemptsLeft: z.int(),
      }),
      expiresAt: epoch,
    }),
    z.object({
      step: z.literal("activated"),
      identifier: shown,
      accountId: z.string(),
      by: z.enum(["ticket", "password", "code", "link"]),
      receipt: z
        .string()
        .optional()
        .describe("Signed, for another service; only in the answer that activated, where the host signs receipts."),
    }),
    z.object({ step: z.literal("closed"), reason: z.enum(["expired", "cancelled", "taken"]) }),
  ])
  .describe("Which page to show, by `step`, and all that it may show.");

const link = z
  .union([
    z.object({
      state: z.literal("ready"),
      proof: z.enum(["none", "ticket", "password"]).describe("What activation needs beside the link."),
      masked: z.string(),
      expiresAt: epoch,
    }),
    z.object({ state: z.enum(["invalid", "expired", "used"]) }),
  ])
  .describe("What a link is good for.");

const given = z.string().optional().describe("Where the ticket travels in the body.");
const answer = z.object({ ok: z.literal(true), ticket: given, registration: view });

const problem = z.object({
  code: z.string().describe("Which problem: the word to go by."),
  field: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).describe("What would pass."),
  detail: z.string().describe("The problem in the visitor's language."),
});

/** What each verb answers, and how it refuses (RFC 9457). */
export const answers: Readonly<Record<"answer" | "link" | "activation" | "done" | "signedIn" | "problem", z.ZodType>> =
  {
    answer,
    link,
    activation: answer,
    done: z.object({ ok: z.literal(true) }),
    signedIn: z.object({ ok: z.literal(true), accountId: z.string() }),
    problem: z.object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.string().describe("That of the first problem."),
      problems: z.array(problem),
      ticket: given,
      registration: view.optional(),
      link: link.optional(),
    }),
  };
