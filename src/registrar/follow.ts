import type { Open, StoredRegistration } from "../core/registration.js";
import type { Caller } from "../ports.js";
import { type Answer, answerOpen, blankOpen } from "./answer.js";
import { about, type Context } from "./context.js";
import type { Handed } from "./held.js";
import { followPointer, isClosed, put, showing, visit } from "./visit.js";

/** Where the registration stands now. */
export function status(context: Context, typed: unknown, from: Caller): Promise<Answer> {
  return visit(context, typed, from, {
    open: async ({ ticket: { open }, sealed }) =>
      seen(context, open, await answerOpen(context, open, [], { open, sealed })),
    stored: async (stored, held) => {
      const answer = await put(context, stored, held, from, { do: "look", at: context.clock.now() });
      return seen(context, stored.registration, answer);
    },
  });
}

/** The same for a ticket that has been opened already. */
export function look(context: Context, held: Handed & { readonly kind: "pointer" }, from: Caller): Promise<Answer> {
  return followPointer(context, held, from, async (stored) =>
    seen(context, stored.registration, await put(context, stored, held, from, { do: "look", at: context.clock.now() })),
  );
}

function seen(context: Context, whom: Open | StoredRegistration, answer: Answer): Answer {
  if (answer.ok) context.tell({ type: "unchanged", ...about(whom) });
  return answer;
}

/** Ends it: what was sent opens nothing any more, and the address is free. */
export async function cancel(context: Context, typed: unknown, from: Caller): Promise<Answer<"closed">> {
  const answer = await visit(context, typed, from, {
    open: async ({ ticket: { open } }) => {
      // Nothing of it is stored anywhere: it ends with its ticket, and a blank one takes its place.
      const { ticket } = await answerOpen(context, blankOpen(context, from));
      context.tell({ type: "cancelled", ...about(open) });
      return { ok: true, ticket, registration: { step: "closed", reason: "cancelled" } };
    },
    stored: async (stored, held) => {
      const answered = await put(context, stored, held, from, { do: "cancel", at: context.clock.now() });
      if (answered.ok) context.tell({ type: "cancelled", ...about(stored.registration) });
      return answered;
    },
  });
  return showing(answer, isClosed);
}
