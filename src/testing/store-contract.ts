import type { Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { storeCommitClauses } from "./store-commit-clauses.js";
import { storeDeliveryClauses } from "./store-delivery-clauses.js";
import { storeEraseClauses } from "./store-erase-clauses.js";
import { storeEventClauses } from "./store-event-clauses.js";
import { storeGuessClauses } from "./store-guess-clauses.js";
import { storeGuessRaceClauses } from "./store-guess-race-clauses.js";
import { storeLaneClauses } from "./store-lane-clauses.js";
import { storeLeaseClauses } from "./store-lease-clauses.js";
import { storeNameClauses } from "./store-name-clauses.js";
import { storePasswordClauses } from "./store-password-clauses.js";
import { storePurgeClauses } from "./store-purge-clauses.js";
import { storeSetBackClauses } from "./store-set-back-clauses.js";
import { storeSettlementClauses } from "./store-settlement-clauses.js";
import { storeTextClauses } from "./store-text-clauses.js";
import { storeTransactionClauses } from "./store-transaction-clauses.js";
import { storeValueClauses } from "./store-value-clauses.js";
import { storeWholeClauses } from "./store-whole-clauses.js";

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
  ...storeWholeClauses,
  ...storeTransactionClauses,
  ...storeTextClauses,
  ...storeValueClauses,
  ...storeNameClauses,
  ...storeGuessClauses,
  ...storeGuessRaceClauses,
  ...storeLeaseClauses,
  ...storeLaneClauses,
  ...storeSetBackClauses,
  ...storeEventClauses,
  ...storeDeliveryClauses,
  ...storeSettlementClauses,
  ...storePasswordClauses,
  ...storePurgeClauses,
  ...storeEraseClauses,
];
