import type { Problem, Problems } from "../core/problem.js";
import type { Account } from "../core/registration.js";
import { shownMasked } from "../core/view.js";
import type { Caller } from "../ports.js";
import type { Result } from "../result.js";
import { newNonce } from "../secrets/random.js";
import { Secret } from "../secrets/secret.js";
import { type EmailFacts, parseEmail } from "../values/email.js";
import type { Identifier } from "../values/identifier.js";
import { readPassword } from "../values/password.js";
import type { PhoneFacts } from "../values/phone.js";
import type { Outcome } from "./answer.js";
import { pay, signInBudget, signInKeys } from "./budgets.js";
import type { Context, Told } from "./context.js";
import { type Form, isGiven, readForm } from "./fields.js";
import { hostOwner, readAccountId } from "./host-accounts.js";
import { asFault, busy } from "./new-password.js";

/** Who signed in. `account` is absent where only the host's own `owner` knows it. */
export type SignedIn = { readonly accountId: string; readonly account?: Account };

/** Checks address and password: the same calls and the same words, whether there is such an account or not. */
export function createSignIn(
  registrar: Context,
): (context: Context, fields: unknown, from: Caller) => Promise<Outcome<SignedIn>> {
  const decoys = createDecoys(registrar);

  return async (context, fields, from) => {
    const { form, problems } = readForm(fields, ["identifier", "country", "password"]);
    const identifier = await readIdentifier(form);
    const password = readPassword(form.get("password"));
    const [first, ...others] = [
      ...problems,
      ...(identifier.ok ? [] : identifier.problems),
      ...(password.ok ? [] : password.problems),
    ];
    if (first || !identifier.ok || !password.ok) {
      return refuse(context, identifier.ok ? identifier.value : undefined, [first ?? wrongCredentials, ...others]);
    }
    return check(context, decoys, identifier.value, new Secret(password.value), from);
  };
}

const wrongCredentials: Problem = { code: "credentials_wrong", facts: {} };

/** Who tried is told by a masked address, known or not; what was typed never is. */
function refuse(context: Context, identifier: Identifier | undefined, problems: Problems): Outcome<SignedIn> {
  tellOf(context, identifier, { type: "refused", codes: problems.map(({ code }) => code) });
  return { ok: false, problems };
}

function tellOf(context: Context, identifier: Identifier | undefined, told: Told): void {
  context.tell({ ...(identifier && shownMasked(identifier)), ...told });
}

/** As much as an address may have with padding and U-labels. UTF-16 units. */
const longestIdentifier = 1_024;

async function readIdentifier(form: Form): Promise<Result<Identifier, EmailFacts & PhoneFacts>> {
  const typed = form.get("identifier");
  const country = form.get("country");
  if (typeof typed === "string" && typed.length <= longestIdentifier && typed.includes("@")) {
    const parsed = parseEmail(typed, { smtpUtf8: true });
    if (parsed.ok) return parsed;
  }
  // Loaded for what is no address: the metadata of telephone numbers costs 100 ms, once.
  const { parseIdentifier } = await import("../values/parse-identifier.js");
  return parseIdentifier(typed, { country: isGiven(country) && typeof country === "string" ? country : undefined });
}

/** Charged before the hash, then one read and one verification in every case. */
async function check(
  context: Context,
  decoys: Decoys,
  identifier: Identifier,
  password: Secret<string>,
  from: Caller,
): Promise<Outcome<SignedIn>> {
  const budget = await signInBudget(context, from, identifier.key);
  const room = await pay(context, budget);
  if (!room.ok) {
    tellOf(context, identifier, { type: "limited", by: room.by });
    const { retryAfterSeconds } = room;
    return refuse(context, identifier, [{ code: "too_many_attempts", facts: { retryAfterSeconds } }]);
  }
  const known = await knownAccount(context, identifier.key);
  const encoded = known?.password ?? undefined;
  try {
    const decoy = await decoys.pick(await context.pseudonym("decoy", identifier.key));
    const tried = encoded ?? decoy;
    const outdated = context.hasher.outdated(tried);
    const right = await context.hasher.verify(tried, password.reveal());
    if (known === undefined || encoded === undefined || !right) {
      return refuse(context, identifier, [wrongCredentials]);
    }
    const { account } = known;
    // Read only here: an id that does not fit is the host's slip, and must not tell strangers who has an account.
    const accountId = readAccountId(known);
    // Only a hash that has just been verified is sure to cost what others of its age do.
    if (outdated) decoys.learn(encoded);
    // Only failures count against an identifier; a caller's own success must not buy it more tries at others.
    for (const key of await signInKeys(context, identifier.key)) await context.limiter.clear(key);
    if (account) await upgrade(context, account.id, encoded, password);
    tellOf(context, identifier, { type: "signed_in", accountId });
    return { ok: true, accountId, ...(account && { account }) };
  } catch (error) {
    return refuse(context, identifier, [busy(error)]);
  }
}

interface Known {
  readonly accountId: string;
  readonly account?: Account;
  readonly password: string | null;
}

async function knownAccount(context: Context, key: string): Promise<Known | undefined> {
  const [stored, elsewhere] = await Promise.all([context.store.accountByKey(key), hostOwner(context, key)]);
  if (stored) return { accountId: stored.account.id, account: stored.account, password: stored.password };
  return elsewhere;
}

/** A hash of other parameters than today's is written anew; failing to do so fails nobody's sign-in. */
async function upgrade(context: Context, accountId: string, encoded: string, password: Secret<string>): Promise<void> {
  const { hasher } = context;
  if (!hasher.outdated(encoded)) return;
  try {
    await context.store.setPassword(accountId, await hasher.hash(password.reveal()), encoded);
  } catch (error) {
    context.tell({ type: "fault", error: asFault(error) });
  }
}

/** Hashes that unknown identifiers are verified against, of the parameters that known ones still have. */
interface Decoys {
  pick(pseudonym: string): Promise<string>;
  learn(outdated: string): void;
}

function createDecoys(context: Context): Decoys {
  let current: Promise<string> | undefined;
  let older: string | undefined;
  return {
    async pick(name) {
      current ??= context.hasher.hash(newNonce()).catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      const today = await current;
      // The same identifier always meets the same one, as a known identifier would; which one, nobody can foretell.
      return older !== undefined && name.charCodeAt(name.length - 2) % 2 === 0 ? older : today;
    },
    learn(outdated) {
      older = outdated;
    },
  };
}
