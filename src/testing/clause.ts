/**
 * One promise of a port, with the check that proves it.
 *
 * A contract is a list of clauses, free of any test runner. `check` asks `make` for a fresh, empty port, as often as it
 * needs one, and throws where the promise is broken.
 *
 * @example
 * ```ts
 * import { storeContract } from "porchlight/testing";
 * import { memoryStore } from "porchlight/store/memory";
 * for (const { promise, check } of storeContract) {
 *   await check(async () => memoryStore());
 *   console.log(promise);
 * }
 * ```
 */
export interface Clause<Port> {
  readonly promise: string;
  readonly check: (make: () => Promise<Port>) => Promise<void>;
}
