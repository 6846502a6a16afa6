import type { Caller } from "../ports.js";
import { type Answer, answerOpen, blankOpen } from "./answer.js";
import { about, type Context } from "./context.js";
import type { Handed } from "./held.js";
import { followPointer, isClosed, put, showing, visit } from "./visit.js";

/** Where the registration stands now. */
export function status(context: Context, typed: unknown, from: Caller): Promise<Answer> {
  return visit(context, typed, from, {
    open: ({ ticket: { open }, sealed }) => answerOpen(context, open, [], { open, sealed }),
    stored: (stored, held) => put(context, stored, held, from, { do: "look", at: context.clock.now() }),
  });
}

/** The same for a ticket that has been opened already. */
export function look(context: Context, held: Handed & { readonly kind: "pointer" }, from: Caller): Promise<Answer> {
  return followPointer(context, held, from, (stored) =>
    put(context, stored, held, from, { do: "look", at: context.clock.now() }),
  );
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
      if (answered.ok) context.tell({ type: "cancelled", registrationId: stored.registration.id });
      return answered;
    },
  });
  return showing(answer, isClosed);
}
