import type { Problem, Problems } from "../core/problem.js";
import type { Identifier } from "../values/identifier.js";
import { tellPause } from "./breaker.js";
import type { Room } from "./budgets.js";
import { about, type Context } from "./context.js";

type Refused = Room & { readonly ok: false };
type Subject = { readonly id: string; readonly identifier?: Identifier | undefined };

/** A caller past its own limits; told when to come again, never which limit it was. */
export function limitedCaller(context: Context, subject: Subject, room: Refused): Problem {
  context.tell({ type: "limited", by: room.by, ...about(subject) });
  return { code: "too_many_attempts", facts: { retryAfterSeconds: room.retryAfterSeconds } };
}

/** Messages past a budget. In whole hours, so that the wait does not tell when others wrote to this address. */
export async function limitedMessages(context: Context, subject: Subject, room: Refused): Promise<Problems> {
  if (room.by === "caller") return [limitedCaller(context, subject, room)];
  context.tell({ type: "limited", by: room.by, ...about(subject) });
  const retryAfterSeconds = Math.ceil(room.retryAfterSeconds / 3_600) * 3_600;
  const later: Problem = { code: "too_many_messages", facts: { retryAfterSeconds } };
  if (room.by !== "breaker" || subject.identifier?.channel !== "phone") return [later];
  await tellPause(context, subject.identifier.country);
  // A page shows the first problem first: mail goes out now.
  const byMail: Problem = { code: "channel_not_offered", field: "phone", facts: { offered: ["email"] } };
  return context.channels.email === undefined ? [later] : [byMail, later];
}
