import { timeOrderedId } from "../../src/secrets/random.js";
import { memoryStore } from "../../src/store/memory.js";
import type { Kind } from "./kept.js";
import { addressOf, encodedPassword, everyMs, firstAt } from "./people.js";

/** What the others are compared with. It makes no round trips. */
export const memory: Kind = {
  name: "memory",
  async open(accounts) {
    const store = memoryStore();
    const first = firstAt(accounts);
    for (let n = 1; n <= accounts; n += 1) {
      const at = first + n * everyMs;
      const [id, accountId, address] = [timeOrderedId(at), timeOrderedId(at), addressOf(n)];
      const identifier = { channel: "email", address, key: address } as const;
      const account = { id: accountId, identifier, profile: null, consents: [], metadata: {}, activatedAt: at };
      const stub = {
        state: "activated",
        id,
        accountId,
        by: "ticket",
        committedAt: at,
        keepUntil: at + 86_400_000,
      } as const;
      await store.commit({ base: 0, registration: stub, account: { account, password: encodedPassword }, outbox: [] });
    }
    return { store, trips: () => 0, tidy: async () => {}, drop: async () => {} };
  },
};
