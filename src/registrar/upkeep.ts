import type { Problems } from "../core/problem.js";
import { shownMasked } from "../core/view.js";
import { Secret } from "../secrets/secret.js";
import type { Identifier } from "../values/identifier.js";
import type { Outcome } from "./answer.js";
import { addressKeys, signInKeys } from "./budgets.js";
import type { Context } from "./context.js";
import { readForm } from "./fields.js";
import { breachProblem, hashNew } from "./new-password.js";
import { checkTypedPassword } from "./typed-password.js";

const purgeBatch = 1_000;

/** Sets a password from the host's own reset page: the same rules, the same gate. */
export async function setPassword(context: Context, accountId: string, fields: unknown): Promise<Outcome> {
  const { form, problems } = readForm(fields, ["password", "confirmation"]);
  const account = await context.store.account(accountId);
  if (account === undefined) throw new TypeError("setPassword: there is no account of this id.");
  const checked = checkTypedPassword(context, form, account);
  const whom = { accountId, ...shownMasked(account.identifier) };
  const refuse = (found: Problems): Outcome => {
    context.tell({ type: "refused", codes: found.map(({ code }) => code), ...whom });
    return { ok: false, problems: found };
  };
  const [first, ...others] = [...problems, ...(checked.ok ? [] : checked.problems)];
  if (first || !checked.ok) return refuse([first ?? { code: "password_malformed", facts: {} }, ...others]);
  const password = new Secret(checked.value);
  const breached = await breachProblem(context, password);
  if (breached) return refuse([breached]);
  const hashed = await hashNew(context, password);
  if (!hashed.ok) return refuse([hashed.problem]);
  const written = await context.store.setPassword(accountId, hashed.encoded);
  if (!written) throw new TypeError("setPassword: there is no account of this id.");
  // Whoever reset the password has proved the address to the host: wrong tries of others no longer stand in the way.
  for (const key of await signInKeys(context, account.identifier.key)) await context.limiter.clear(key);
  context.tell({ type: "password_set", ...whom });
  return { ok: true };
}

/** Deletes what has ended, batch by batch: registrations, which are counted, then counters of the limiter. */
export async function purge(context: Context): Promise<{ readonly deleted: number }> {
  const { store, limiter, clock } = context;
  const before = clock.now();
  const deleted = await inBatches((limit) => store.purge(before, limit));
  await inBatches(async (limit) => (await limiter.purge?.(before, limit)) ?? 0);
  return { deleted };
}

/** Until a batch is not full; gives how many went in all. */
async function inBatches(purgeSome: (limit: number) => Promise<number>): Promise<number> {
  let all = 0;
  let some: number;
  do {
    some = await purgeSome(purgeBatch);
    all += some;
  } while (some >= purgeBatch);
  return all;
}

/** Removes a person wholly, with whatever was counted against the address. */
export async function erase(context: Context, identifier: Identifier): Promise<void> {
  await context.store.erase(identifier.key);
  await forgetCounts(context, identifier);
  // Whoever is erased is not named again, not even masked.
  context.tell({ type: "erased", channel: identifier.channel });
}

/** For support staff: gives an address all its budgets back. */
export async function clearLimits(context: Context, identifier: Identifier): Promise<void> {
  await forgetCounts(context, identifier);
  context.tell({ type: "limits_cleared", ...shownMasked(identifier) });
}

async function forgetCounts(context: Context, identifier: Identifier): Promise<void> {
  for (const key of await addressKeys(context, identifier)) await context.limiter.clear(key);
}
