// One of several processes that share a file: `driver job file name`. It says when it is ready, begins when it is told
// to, and says what it did, as a line of JSON.
import { once } from "node:events";
import { createClient } from "@libsql/client";
import type { Store } from "../../src/ports.js";
import * as libsql from "../../src/store/libsql.js";
import * as sqlite from "../../src/store/sqlite.js";
import { activationOf, eventOf, messageOf, newYear, pendingFor } from "../../src/testing/examples.js";
import { openNodeSqlite } from "../runtime/node-sqlite.js";

/** What one process did. */
export interface Done {
  /** The keys for which it made the account. */
  readonly won: readonly string[];
  /** How many guesses it paid for, of those that all share. */
  readonly paid: number;
  /** The entries that it leased, and settled as sent. */
  readonly delivered: readonly string[];
}

export const rounds = 25;
export const guessesForAll = 40;

const [, , driver, job, file = "", name = ""] = process.argv;

async function open(): Promise<Store<never>> {
  if (driver === "node:sqlite") {
    const database = openNodeSqlite(file);
    await sqlite.migrate(database);
    return sqlite.sqliteStore(database);
  }
  const client = createClient({ url: `file:${file}` });
  await libsql.migrate(client);
  return libsql.libsqlStore(client);
}

async function write(store: Store<never>): Promise<Done> {
  const won: string[] = [];
  const delivered: string[] = [];
  let paid = 0;
  await store.commit({ base: 0, registration: pendingFor("shared", "shared"), outbox: [] });
  for (let round = 0; round < rounds; round += 1) {
    // The same key in every process, each under a registration of its own.
    const registration = pendingFor(`${name}-${round}`, `key-${round}`);
    const outbox = [messageOf(registration), eventOf(registration.id, `event of ${registration.id}`)];
    await store.commit({ base: 0, registration, outbox });
    const answer = await store.commit(activationOf(registration, `account of ${registration.id}`));
    if (answer === "committed") won.push(registration.identifier.key);
    if ((await store.charge("shared", 1, "code", guessesForAll))?.paid) paid += 1;
    delivered.push(...(await deliver(store)));
  }
  for (let ids = await deliver(store); ids.length > 0; ids = await deliver(store)) delivered.push(...ids);
  return { won, paid, delivered };
}

async function deliver(store: Store<never>): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const lane of ["email", "event"] as const) {
    const leased = await store.lease(newYear, newYear + 1_000, 3, lane);
    await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
    ids.push(...leased.map(({ id }) => id));
  }
  return ids;
}

if (job !== undefined) {
  console.log("ready");
  await once(process.stdin, "data");
  process.stdin.destroy();
  const store = await open();
  await store.ready?.();
  const done: Done = job === "write" ? await write(store) : { won: [], paid: 0, delivered: [] };
  console.log(JSON.stringify(done));
}
