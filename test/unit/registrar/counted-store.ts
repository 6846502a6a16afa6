import type { Settlement, Store } from "../../../src/ports.js";

export interface CountedStore {
  readonly store: Store<undefined>;
  /** The verbs of delivery as they were called, but for leases of text messages. */
  readonly calls: ("lease" | "settle")[];
  /** What was settled, call by call, whether it failed or not. */
  readonly settled: (readonly Settlement[])[];
  /** Lets so many calls of `settle` from now on fail, before or after they did their work. */
  failSettle(times: number, when?: "before" | "after"): void;
}

/** A store whose round trips of delivery are written down. */
export function countedStore(store: Store<undefined>): CountedStore {
  const calls: ("lease" | "settle")[] = [];
  const settled: (readonly Settlement[])[] = [];
  let failures = 0;
  let fails: "before" | "after" = "before";
  return {
    calls,
    settled,
    failSettle(times, when = "before") {
      failures = times;
      fails = when;
    },
    store: {
      ...store,
      async lease(...pass) {
        // The lane of text messages, of which nearly no test has any, is looked at beside the others.
        if (pass[3] !== "phone") calls.push("lease");
        return store.lease(...pass);
      },
      async settle(outcomes) {
        calls.push("settle");
        settled.push(outcomes);
        const failing = failures > 0;
        failures -= 1;
        if (!failing || fails === "after") await store.settle(outcomes);
        if (failing) throw Object.assign(new Error("server closed the connection"), { code: "57P01" });
      },
    },
  };
}
