import { passwordTriesPerRegistration } from "../core/pending.js";
import type { Problem, Problems } from "../core/problem.js";
import type { Activated, Command, Pending } from "../core/registration.js";
import { activatedView, type Shown, shownMasked } from "../core/view.js";
import type { Stored } from "../ports.js";
import { type LinkToken, readLinkToken } from "../secrets/link-token.js";
import { sealTicket } from "../secrets/ticket.js";
import { readPassword } from "../values/password.js";
import type { Activation } from "./answer.js";
import { settle } from "./commit.js";
import { about, type Context } from "./context.js";
import { isGiven, readForm } from "./fields.js";
import { linkView, provesByTicket, serialOf } from "./inspect.js";
import { busy } from "./new-password.js";
import { receiptOf } from "./receipt-of.js";

type ProofGiven = (Command & { readonly do: "activate" })["proof"];
/** The row as it is after the proof was paid for and looked at. */
type Proved =
  | { readonly ok: true; readonly stored: Stored; readonly proof: ProofGiven }
  | { readonly ok: false; readonly stored?: Stored | undefined; readonly problems: Problems };

/** Activates by a link and a proof: this browser's ticket, or the password that was chosen in it. */
export async function activate(context: Context, link: unknown, given: unknown): Promise<Activation> {
  const token = await readLinkToken(context.ring, link);
  if (token === undefined) {
    context.tell({ type: "refused", codes: ["link_invalid"] });
    return { ok: false, link: { state: "invalid" }, problems: [{ code: "link_invalid", field: "link", facts: {} }] };
  }
  const { form } = readForm(given, ["ticket", "password"]);
  const byTicket = await provesByTicket(context, token, form.get("ticket"));
  const proved = await prove(context, token, byTicket, form.get("password"));
  const refuse = (stored: Stored | undefined, problems: Problems): Activation => {
    const whom = about(stored?.registration ?? token);
    context.tell({ type: "refused", codes: problems.map(({ code }) => code), ...whom });
    return { ok: false, link: linkView(context, token, stored?.registration, byTicket), problems };
  };
  if (!proved.ok) return refuse(proved.stored, proved.problems);

  const { stored, proof } = proved;
  const command: Command = {
    do: "activate",
    at: context.clock.now(),
    serial: serialOf(token, stored.registration),
    proof,
    accountId: context.newId(),
  };
  const settled = await settle(context, stored, command);
  if (settled === undefined) return refuse(undefined, [linkExpired]);
  const { registration, problem } = settled;
  if (problem) return refuse({ version: 0, registration }, [problem]);
  if (registration.state !== "activated" || stored.registration.state !== "pending")
    return refuse(stored, [linkExpired]);
  const receipt = await receiptOf(context, registration, settled.decision);
  context.tell({ type: "activated", ...about(stored.registration), accountId: registration.accountId });
  context.messagesWait();
  return succeed(context, registration, stored.registration, receipt);
}

const linkExpired: Problem = { code: "link_expired", field: "link", facts: {} };

/** A ticket costs nothing to look at; a password is paid for before it is. */
async function prove(context: Context, token: LinkToken, byTicket: boolean, typed: unknown): Promise<Proved> {
  if (byTicket) return unpaid(context, token, "ticket");
  if (!isGiven(typed)) {
    return unpaid(context, token, context.rules.activation === "anyone_with_the_link" ? "link" : "none");
  }
  const password = readPassword(typed);
  if (!password.ok) {
    return { ok: false, stored: await context.store.find(token.id), problems: password.problems };
  }
  const charged = await context.store.charge(token.id, token.serial, "password", passwordTriesPerRegistration);
  if (charged === undefined) return { ok: false, problems: [linkExpired] };
  const { paid, row } = charged;
  const live = linkView(context, token, row.registration, byTicket).state === "ready";
  if (!paid || !live || row.registration.state !== "pending") return { ok: true, stored: row, proof: "wrong" };
  try {
    const right = await context.hasher.verify(row.registration.password, password.value);
    return { ok: true, stored: row, proof: right ? "password" : "wrong" };
  } catch (error) {
    return { ok: false, stored: row, problems: [busy(error)] };
  }
}

async function unpaid(context: Context, token: LinkToken, proof: ProofGiven): Promise<Proved> {
  const stored = await context.store.find(token.id);
  return stored === undefined ? { ok: false, problems: [linkExpired] } : { ok: true, stored, proof };
}

/** The ticket of an activated registration reads its status, and nothing else. */
async function succeed(
  context: Context,
  activated: Activated,
  was: Pending,
  receipt: string | undefined,
): Promise<Activation> {
  const shown: Shown = shownMasked(was.identifier);
  const { id, keepUntil, accountId, by } = activated;
  const ticket = await sealTicket(context.ring, { kind: "pointer", id, expiresAt: keepUntil, shown });
  return { ok: true, ticket, registration: activatedView(shown, { accountId, by, receipt }) };
}
