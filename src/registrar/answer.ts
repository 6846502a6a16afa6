import { openRegistration } from "../core/open.js";
import type { Problem, Problems } from "../core/problem.js";
import type { Open, Registration, Step, StoredRegistration } from "../core/registration.js";
import { type Shown, shownMasked, type View, view } from "../core/view.js";
import { chooseLocale } from "../messages/compose.js";
import type { Caller } from "../ports.js";
import { sealTicket, type Ticket } from "../secrets/ticket.js";
import { about, type Context, shownOf, vantage } from "./context.js";
import type { Held } from "./held.js";

/**
 * Always a ticket to hand back and a page to show; `ok: false` adds what to mend on it.
 *
 * A page renders by `registration.step` first, so that the loser of a double click sees the winner's page.
 */
export type Answer<S extends Step = Step> =
  | { readonly ok: true; readonly ticket: string; readonly registration: View<S> }
  | { readonly ok: false; readonly ticket: string; readonly registration: View; readonly problems: Problems };

/** Yes, with what it brings, or all the problems. */
export type Outcome<T = unknown> = ({ readonly ok: true } & T) | { readonly ok: false; readonly problems: Problems };

/** What a link is good for, told without changing anything. */
export type LinkView =
  | {
      readonly state: "ready";
      /** What activation needs beside the link: nothing more, this browser's ticket, or the password. */
      readonly proof: "none" | "ticket" | "password";
      readonly masked: string;
      readonly expiresAt: number;
    }
  | { readonly state: "invalid" | "expired" | "used" };

/** A refused activation gives no ticket and no account: a link must not buy a proof. */
export type Activation =
  | { readonly ok: true; readonly ticket: string; readonly registration: View<"activated"> }
  | { readonly ok: false; readonly link: LinkView; readonly problems: Problems };

/** A new, empty sign-up in the language that the caller asks for. */
export function blankOpen(context: Context, from: Caller, metadata: Open["metadata"] = {}): Open {
  return openRegistration({
    id: context.newId(),
    at: context.clock.now(),
    locale: chooseLocale(from.locale, context.options.messages),
    metadata,
  });
}

/** Answers with an unfinished sign-up; its ticket is sealed anew only where its content changed. */
export async function answerOpen(
  context: Context,
  open: Open,
  problems: readonly Problem[] = [],
  was?: { readonly open: Open; readonly sealed: string },
): Promise<Answer> {
  const same = was !== undefined && was.open === open;
  const ticket = same ? was.sealed : await sealTicket(context.ring, { kind: "open", open });
  return withProblems(context, open, { ticket, registration: view(open, vantage(context, shownOf(open))) }, problems);
}

/** Answers with a stored registration, by a ticket that points to it. */
export async function answerStored(
  context: Context,
  registration: StoredRegistration,
  held: Held,
  problems: readonly Problem[] = [],
  receipt?: string,
): Promise<Answer> {
  const shown =
    registration.state === "pending"
      ? shownMasked(registration.identifier)
      : await lastShown(context, registration, held);
  const expiresAt = registration.state === "pending" ? registration.expiresAt : registration.keepUntil;
  const ticket = await pointerTicket(context, { kind: "pointer", id: registration.id, expiresAt, shown }, held);
  const page = { ticket, registration: view(registration, { ...vantage(context, shown), receipt }) };
  return withProblems(context, registration, page, problems);
}

/** A forged or expired ticket gets a blank one, and the reason. */
export async function answerBlank(context: Context, from: Caller, problem: Problem): Promise<Answer> {
  return answerOpen(context, blankOpen(context, from), [problem]);
}

/** The pointer ticket of a registration: the held one where it still says the same. */
export async function pointerTicket(
  context: Context,
  pointer: Ticket & { readonly kind: "pointer" },
  held?: Held,
): Promise<string> {
  const same =
    held?.ticket.kind === "pointer" &&
    held.ticket.expiresAt === pointer.expiresAt &&
    held.ticket.shown.masked === pointer.shown.masked;
  return same ? held.sealed : sealTicket(context.ring, pointer);
}

/** A stub has no address: its ticket carries one, or its account does. */
async function lastShown(context: Context, stub: StoredRegistration, held: Held): Promise<Shown> {
  if (held.ticket.kind === "pointer") return held.ticket.shown;
  const account = stub.state === "activated" ? await context.store.account(stub.accountId) : undefined;
  return account === undefined ? shownOf(held.ticket.open) : shownMasked(account.identifier);
}

function withProblems(
  context: Context,
  registration: Registration,
  page: { readonly ticket: string; readonly registration: View },
  problems: readonly Problem[],
): Answer {
  const [first, ...others] = problems;
  if (first === undefined) return { ok: true, ...page };
  context.tell({ type: "refused", codes: problems.map(({ code }) => code), ...about(registration) });
  return { ok: false, ...page, problems: [first, ...others] };
}
