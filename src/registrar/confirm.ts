import type { Problem } from "../core/problem.js";
import type { Pending } from "../core/registration.js";
import type { Caller } from "../ports.js";
import { isRightCode } from "../secrets/code.js";
import { readCode } from "../values/code.js";
import { type Answer, answerBlank, answerStored } from "./answer.js";
import { countConfirmed } from "./breaker.js";
import { guessBudget, pay } from "./budgets.js";
import { withKnownKey } from "./commit.js";
import { about, type Context } from "./context.js";
import { readForm } from "./fields.js";
import { longDigits } from "./fresh.js";
import { type Handed, takeTicket, ticketExpired } from "./held.js";
import { asFault } from "./new-password.js";
import { followPointer, isActivated, put, showing, wrongStep } from "./visit.js";

/** Proves the address by the code that was sent to it. */
export async function confirm(
  context: Context,
  typed: unknown,
  fields: unknown,
  from: Caller,
): Promise<Answer<"activated">> {
  const { form, problems } = readForm(fields, ["code"]);
  const code = readCode(form.get("code"));
  const faults = [...problems, ...(code.ok ? [] : code.problems)];
  return showing(
    await confirmBy(context, typed, code.ok && faults.length === 0 ? code.value : faults, from),
    isActivated,
  );
}

async function confirmBy(
  context: Context,
  typed: unknown,
  code: string | readonly Problem[],
  from: Caller,
): Promise<Answer> {
  const handed = await takeTicket(context, typed);
  const at = context.clock.now();
  switch (handed.kind) {
    case "refused":
      return answerBlank(context, from, handed.problem);
    case "open":
      return wrongStep(context, handed, { do: "confirm", at, ...nothingRight });
    case "pointer":
      if (typeof code === "string" && at < handed.ticket.expiresAt) return guess(context, handed, from, code);
      return followPointer(context, handed, from, (stored) =>
        typeof code === "string"
          ? // It was late when it came: a clock that has been set back since makes it no better.
            put(context, stored, handed, from, { do: "confirm", at, ...nothingRight })
          : answerStored(context, stored.registration, handed, code),
      );
  }
}

const nothingRight = { serial: 0, right: false, accountId: "" } as const;

/** A guess is paid for before it is looked at: a thousand at once make no more comparisons than are allowed. */
async function guess(
  context: Context,
  held: Handed & { readonly kind: "pointer" },
  from: Caller,
  code: string,
): Promise<Answer> {
  const { id } = held.ticket;
  const charged = await context.store.charge(id, "newest", "code", context.rules.guessesPerCode);
  if (charged === undefined) return answerBlank(context, from, ticketExpired);
  const { row, paid } = charged;
  const at = context.clock.now();
  const pending = row.registration;
  if (pending.state !== "pending") return put(context, row, held, from, { do: "confirm", at, ...nothingRight });
  const { serial, expiresAt } = withKnownKey(context, pending).challenge;
  // A late code is not even compared, so that it costs its address none of the guesses at the next one.
  const right = at >= expiresAt ? false : paid ? await compare(context, pending, code) : "locked";
  const answer = await put(context, row, held, from, {
    do: "confirm",
    at,
    serial,
    right,
    accountId: context.newId(),
  });
  if (answer.ok) {
    context.messagesWait();
    // The account is there by now: a limiter that fails is told, not thrown.
    await countConfirmed(context, pending.identifier).catch((error: unknown) => {
      context.tell({ type: "fault", error: asFault(error), ...about(pending) });
    });
    const { registration: page } = answer;
    const made = page.step === "activated" && { accountId: page.accountId };
    context.tell({ type: "confirmed", ...about(pending), ...made });
  }
  return answer;
}

/** A short code is compared only while its address has guesses left; a long one needs none. */
async function compare(context: Context, pending: Pending, code: string): Promise<boolean | "locked"> {
  if (pending.challenge.digits < longDigits) {
    const room = await pay(context, await guessBudget(context, pending.identifier));
    if (!room.ok) {
      context.tell({ type: "limited", by: room.by, ...about(pending) });
      return "locked";
    }
  }
  // A code that no message carries is nobody's secret: nothing that is typed can be right.
  const carried = context.proofs[pending.identifier.channel].includes("code");
  return carried && isRightCode(context.ring, pending, code);
}
