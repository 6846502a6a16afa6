import type { Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { storeCommitClauses } from "./store-commit-clauses.js";
import { storeDeliveryClauses } from "./store-delivery-clauses.js";
import { storeGuessClauses } from "./store-guess-clauses.js";
import { storeLeaseClauses } from "./store-lease-clauses.js";
import { storeTransactionClauses } from "./store-transaction-clauses.js";
import { storeUpkeepClauses } from "./store-upkeep-clauses.js";

/**
 * What every store promises; the memory store is held to the same.
 *
 * @example
 * ```ts
 * import { storeContract } from "porchlight/testing";
 * import { memoryStore } from "porchlight/store/memory";
 * for (const { check } of storeContract) await check(async () => memoryStore());
 * ```
 */
export const storeContract: readonly Clause<Store>[] = [
  ...storeCommitClauses,
  ...storeTransactionClauses,
  ...storeGuessClauses,
  ...storeLeaseClauses,
  ...storeDeliveryClauses,
  ...storeUpkeepClauses,
];
