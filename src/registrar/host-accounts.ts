import type { Account } from "../core/registration.js";
import { PorchlightError } from "../errors.js";
import type { Context } from "./context.js";
import { guarded } from "./guard.js";

/** Ten seconds for both: as much longer as a commit with them may take. */
const rule = { code: "ERR_HOST_CALLBACK", seconds: 5 } as const;

/** Who has an address in the host's own accounts; `tx` only inside the activation's transaction. */
export async function hostOwner(
  context: Context,
  key: string,
  ...tx: readonly [] | readonly [unknown]
): Promise<{ readonly accountId: string; readonly password: string | null } | undefined> {
  const { owner } = context.accounts;
  // Nobody is null or, as many say in JavaScript, undefined.
  return (owner && (await guarded(() => owner(key, ...tx), rule))) ?? undefined;
}

/** The host's own row: "taken", a reason to refuse, the id that the host gives the account, or undefined where it stays. */
export async function hostInsert(
  context: Context,
  tx: unknown,
  account: Account,
): Promise<"taken" | { readonly refuse: string } | { readonly accountId: string } | undefined> {
  const { insert } = context.accounts;
  const named = (insert && (await guarded(() => insert(tx, account), rule))) ?? undefined;
  if (named === undefined || named === "taken") return named;
  // By hand: a host without types may answer anything, such as true.
  const refuse: unknown = Reflect.get(Object(named), "refuse");
  return typeof refuse === "string" ? { refuse } : { accountId: readAccountId({ accountId: undefined, ...named }) };
}

/** Bytes of UTF-8; as wide as a store's column. */
const longestAccountId = 128;

/** @throws ERR_HOST_CALLBACK for an id that no store could give back as it is; nothing is activated then */
export function readAccountId({ accountId }: { readonly accountId?: unknown }): string {
  const fits =
    typeof accountId === "string" &&
    accountId !== "" &&
    accountId.length <= longestAccountId &&
    accountId.isWellFormed() &&
    !accountId.includes("\0") &&
    new TextEncoder().encode(accountId).length <= longestAccountId;
  if (fits) return accountId;
  throw new PorchlightError("ERR_HOST_CALLBACK", { cause: { code: "ACCOUNT_ID" } });
}
