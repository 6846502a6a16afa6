import type * as z from "zod";
import type { Problem, Problems } from "../core/problem.js";
import type { Metadata } from "../core/registration.js";
import type { Caller } from "../ports.js";
import type { Activation, Answer, Outcome } from "../registrar/answer.js";
import type { Registrar } from "../registrar/registrar.js";
import { type answers, requests, type Verb } from "./schemas.js";

/** The ticket to go on with, and for how long it is worth keeping. */
interface Ticket {
  readonly sealed: string;
  readonly seconds: number;
}

/** What a verb came to, before it becomes a response. */
export type Reply =
  | {
      readonly ok: true;
      readonly body: object;
      readonly ticket?: Ticket | undefined;
      /** Who has just proved more than a link: the host may begin a session. */
      readonly accountId?: string | undefined;
    }
  | { readonly ok: false; readonly problems: Problems; readonly rest: object; readonly ticket?: Ticket | undefined };

/** What is served of a registrar, whichever its channels. */
export type Served = Pick<
  Registrar,
  | "start"
  | "submit"
  | "change"
  | "resend"
  | "confirm"
  | "cancel"
  | "status"
  | "inspect"
  | "activate"
  | "disown"
  | "signIn"
  | "challenge"
>;

/** What is called: the ticket from wherever it travels, and who calls. */
export interface Call {
  readonly registrar: Served;
  readonly ticket: unknown;
  readonly from: Caller;
  readonly metadata: Metadata | undefined;
}

interface Route {
  readonly summary: string;
  readonly answer: Exclude<keyof typeof answers, "problem">;
  /** Refuses a body of the wrong shape itself. */
  run(body: unknown, call: Call): Promise<Reply>;
}

/** Every verb, under its name. */
export const verbs: Readonly<Record<Verb, Route>> = {
  start: route(requests.start, "answer", "Begins a sign-up, with all fields or with none.", (fields, call) =>
    call.registrar.start(fields, call.from, call.metadata).then(page),
  ),
  submit: route(
    requests.submit,
    "answer",
    "Takes what a page gave.",
    ({ ticket: _, ...fields }, { registrar, ticket, from }) => registrar.submit(ticket, fields, from).then(page),
  ),
  change: route(
    requests.change,
    "answer",
    "Replaces the address; what was sent before opens nothing any more.",
    ({ ticket: _, ...fields }, { registrar, ticket, from }) => registrar.change(ticket, fields, from).then(page),
  ),
  resend: route(requests.resend, "answer", "Sends the message again.", (_, { registrar, ticket, from }) =>
    registrar.resend(ticket, from).then(page),
  ),
  confirm: route(
    requests.confirm,
    "answer",
    "Proves the address by its code.",
    ({ code }, { registrar, ticket, from }) => registrar.confirm(ticket, { code }, from).then(confirmed),
  ),
  cancel: route(requests.cancel, "answer", "Ends the sign-up.", (_, { registrar, ticket, from }) =>
    registrar.cancel(ticket, from).then(page),
  ),
  status: route(
    requests.status,
    "answer",
    "Says where the sign-up stands; without a ticket it begins one.",
    (_, { registrar, ticket, from, metadata }) =>
      (ticket === undefined ? registrar.start({}, from, metadata) : registrar.status(ticket, from)).then(page),
  ),
  inspect: route(
    requests.inspect,
    "link",
    "Says what a link is good for, and changes nothing.",
    async ({ token }, { registrar, ticket, from }) => ({
      ok: true,
      body: await registrar.inspect(token, { ticket }, from),
    }),
  ),
  activate: route(
    requests.activate,
    "activation",
    "Proves the address by its link and a proof: this browser's ticket, or the password.",
    ({ token, password }, { registrar, ticket, from }) =>
      registrar.activate(token, { ticket, password }, from).then(activated),
  ),
  disown: route(requests.disown, "done", "Says that it was somebody else.", ({ token }, { registrar, from }) =>
    registrar.disown(token, from).then(done),
  ),
  "sign-in": route(
    requests["sign-in"],
    "signedIn",
    "Checks an address and its password.",
    async (fields, { registrar, from }) => {
      const outcome = await registrar.signIn(fields, from);
      if (!outcome.ok) return { ok: false, problems: outcome.problems, rest: {} };
      const { accountId } = outcome;
      return { ok: true, body: { ok: true, accountId }, accountId };
    },
  ),
};

export const isVerb = (name: string): name is Verb => Object.hasOwn(verbs, name);

function route<Body>(
  schema: z.ZodType<Body>,
  answer: Route["answer"],
  summary: string,
  call: (body: Body, call: Call) => Promise<Reply>,
): Route {
  return {
    summary,
    answer,
    async run(body, about) {
      const read = schema.safeParse(body);
      if (read.success) return call(read.data, about);
      const [first = malformed, ...others] = read.error.issues.flatMap(problemsOf);
      return { ok: false, problems: [first, ...others], rest: {} };
    },
  };
}

const malformed: Problem = { code: "field_malformed", facts: { expected: "object" } };

/** What is of the wrong type, in the registrar's own words for it. */
function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const [field] = issue.path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, 10).map((name) => ({ code: "field_unknown", facts: { name: printable(name) } }));
  }
  if (typeof field !== "string") return [malformed];
  const expected = field === "consents" || field === "profile" ? "object" : "string";
  return [{ code: "field_malformed", field, facts: { expected } }];
}

/** A name from outside, short and harmless to print. */
function printable(name: string): string {
  return name.slice(0, 64).replace(/[^\x20-\x7e]/g, "?");
}

const openSeconds = 2 * 60 * 60;

function page(answer: Answer): Reply {
  const { ticket: sealed, registration } = answer;
  const ticket = { sealed, seconds: secondsOf(answer) };
  if (!answer.ok) return { ok: false, problems: answer.problems, rest: { registration }, ticket };
  return { ok: true, body: { ok: true, registration }, ticket };
}

function confirmed(answer: Answer<"activated">): Reply {
  const reply = page(answer);
  return reply.ok && answer.ok ? { ...reply, accountId: answer.registration.accountId } : reply;
}

/** As long as the ticket can open anything: an unfinished sign-up two hours, a pending one until its end. */
function secondsOf({ registration }: Answer): number {
  return registration.step === "pending" ? (registration.expiresAt - registration.message.now) / 1_000 : openSeconds;
}

function activated(activation: Activation): Reply {
  if (!activation.ok) return { ok: false, problems: activation.problems, rest: { link: activation.link } };
  const { ticket: sealed, registration } = activation;
  const accountId = registration.by === "link" ? undefined : registration.accountId;
  return { ok: true, body: { ok: true, registration }, ticket: { sealed, seconds: openSeconds }, accountId };
}

function done(outcome: Outcome): Reply {
  return outcome.ok ? { ok: true, body: { ok: true } } : { ok: false, problems: outcome.problems, rest: {} };
}
