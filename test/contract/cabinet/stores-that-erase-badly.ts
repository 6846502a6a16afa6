import type { Consent } from "../../../src/core/registration.js";
import type { Outgoing, Store, Stored } from "../../../src/ports.js";
import { closedStub } from "../../../src/testing/examples.js";
import { turns } from "../../../src/testing/store-scenes.js";
import type { Broken } from "./broken.js";
import { knowingIds, knowingLeases, worse } from "./worse-store.js";

/** The rows of a key that are pending, by their ids. */
async function pendingOf(good: Store<undefined>, ids: Iterable<string>, key: string): Promise<readonly Stored[]> {
  const rows = await Promise.all([...ids].map((id) => good.find(id)));
  return rows.flatMap((row) =>
    row?.registration.state === "pending" && row.registration.identifier.key === key ? [row] : [],
  );
}

export const storesThatEraseBadly: readonly Broken<Store>[] = [
  {
    defect: "forgets to erase",
    caughtBy: "erase removes the account and frees its key",
    make: worse(() => ({ erase: async () => undefined })),
  },
  {
    defect: "erases a pending registration without a trace, so that its ticket can insert it anew",
    caughtBy: "erase closes every pending registration of the key, with its messages; its id stays in use",
    make: worse((good) => ({
      erase: async (key) => {
        await good.erase(key);
        await good.purge(Number.POSITIVE_INFINITY, 1000);
      },
    })),
  },
  {
    defect: "erases accounts and leaves what is pending",
    caughtBy: "erase closes every pending registration of the key, with its messages; its id stays in use",
    make: worse((good) => ({
      erase: async (key) => {
        if (await good.accountByKey(key)) await good.erase(key);
      },
    })),
  },
  {
    defect: "folds the case of the key that it erases",
    caughtBy: "erase touches nobody else",
    make: worse((good) => ({ erase: (key) => good.erase(key.toLowerCase()) })),
  },
  {
    defect: "erases every registration that is pending",
    caughtBy: "erase touches nobody else",
    make: knowingIds((good, ids) => ({
      erase: async (key) => {
        for (const id of ids) {
          const registration = (await good.find(id))?.registration;
          if (registration?.state === "pending") await good.erase(registration.identifier.key);
        }
        await good.erase(key);
      },
    })),
  },
  {
    defect: "closes the first registration of a key and leaves the others",
    caughtBy: "erase of a key with an account and several that are pending leaves stubs and nothing else",
    make: knowingIds((good, ids) => {
      const left = new Map<string, Stored>();
      return {
        erase: async (key) => {
          for (const row of (await pendingOf(good, ids, key)).slice(1)) left.set(row.registration.id, row);
          await good.erase(key);
        },
        find: async (id) => left.get(id) ?? good.find(id),
      };
    }),
  },
  {
    defect: "leaves the consents of an account, for the next one of its id",
    caughtBy: "a second account of the key has nothing of the first, even under its id",
    make: worse((good) => {
      const kept = new Map<string, readonly Consent[]>();
      return {
        commit: ({ account, ...change }) => {
          if (account) {
            const { id, consents } = account.account;
            kept.set(id, [...(kept.get(id) ?? []), ...consents]);
          }
          return good.commit({ ...change, account });
        },
        accountByKey: async (key) => {
          const stored = await good.accountByKey(key);
          if (stored === undefined) return undefined;
          return { ...stored, account: { ...stored.account, consents: kept.get(stored.account.id) ?? [] } };
        },
      };
    }),
  },
  {
    defect: "erases the events that nobody was told yet",
    caughtBy: "erase drops the messages of an account's registration, and leaves events until they are told",
    make: worse((good) => ({
      erase: async (key) => {
        const all = await good.lease(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1000, "event");
        await good.settle(all.map(({ id, lease }) => ({ id, lease, outcome: "dropped" })));
        await good.erase(key);
      },
    })),
  },
  {
    defect: "leaves the notice of an account that it erases",
    caughtBy: "erase drops the messages of an account's registration, and leaves events until they are told",
    make: worse((good) => {
      const notices = new Map<string, Outgoing>();
      return {
        commit: (change) => {
          for (const one of change.outbox) if (one.entry.kind === "activated") notices.set(one.registrationId, one);
          return good.commit(change);
        },
        erase: async (key) => {
          await good.erase(key);
          for (const [id, notice] of notices) {
            const row = await good.find(id);
            if (row) await good.commit({ base: row.version, registration: row.registration, outbox: [notice] });
          }
        },
      };
    }),
  },
  {
    defect: "erases the events that somebody has leased",
    caughtBy: "events of an erased person that are leased, put off or behind another stay until they are told",
    make: knowingLeases((good, leases) => ({
      erase: async (key) => {
        const events = [...leases.values()].filter(({ entry }) => entry.kind === "event");
        await good.settle(events.map(({ id, lease }) => ({ id, lease, outcome: "dropped" })));
        await good.erase(key);
      },
    })),
  },
  {
    defect: "closes the stubs of what was activated",
    caughtBy: "erase leaves the stubs of what was activated or closed as they are",
    make: knowingIds((good, ids) => ({
      erase: async (key) => {
        const accountId = (await good.accountByKey(key))?.account.id;
        await good.erase(key);
        for (const id of ids) {
          const row = await good.find(id);
          if (row?.registration.state !== "activated" || row.registration.accountId !== accountId) continue;
          const { committedAt, keepUntil } = row.registration;
          const registration = { state: "closed", id, reason: "cancelled", committedAt, keepUntil } as const;
          await good.commit({ base: row.version, registration, outbox: [] });
        }
      },
    })),
  },
  {
    defect: "closes again what another erasure has closed",
    caughtBy: "of five erasures of one key at once, each registration is closed by one",
    make: knowingIds((good, ids) => {
      let erasures = 0;
      return {
        erase: async (key) => {
          const pending = await pendingOf(good, ids, key);
          erasures += 1;
          await turns(erasures);
          for (const { version, registration } of pending) {
            const row = await good.find(registration.id);
            if (row && row.version > version) {
              await good.commit({ base: row.version, registration: row.registration, outbox: [] });
            }
          }
          await good.erase(key);
        },
      };
    }),
  },
  {
    defect: "looks for an account, waits, then closes what is pending",
    caughtBy: "an erasure and an activation at once leave no account: it was stale, or it was erased",
    make: knowingIds((good, ids) => ({
      erase: async (key) => {
        if (await good.accountByKey(key)) return good.erase(key);
        await turns(2);
        for (const { version, registration } of await pendingOf(good, ids, key)) {
          if (registration.state !== "pending") continue;
          const { committedAt, expiresAt: keepUntil } = registration;
          await good.commit({
            base: version,
            registration: closedStub(registration, { committedAt, keepUntil }),
            outbox: [],
          });
        }
      },
    })),
  },
];
