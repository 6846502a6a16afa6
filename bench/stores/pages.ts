import type pg from "pg";
import { timeOrderedId } from "../../src/secrets/random.js";
import type { PostgresPool } from "../../src/sql/postgres-clients.js";
import { postgresStore } from "../../src/store/postgres.js";
import { accountOf, activatedStub, emailOf } from "../../src/testing/examples.js";
import { printTable } from "../table.js";
import { changeOf } from "./commit-rows.js";
import type { Kept } from "./kept.js";
import { newAddress } from "./people.js";
import { openPostgres } from "./postgres.js";
import { middle } from "./rounds.js";

/** What EXPLAIN says of one statement. */
interface Explained {
  readonly "Planning Time": number;
  readonly "Execution Time": number;
  readonly Plan: Node;
}

interface Node {
  readonly "Node Type": string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly "WAL Bytes"?: number;
  readonly "WAL FPI"?: number;
  readonly Plans?: readonly Node[];
}

/**
 * Prints how many pages a commit touches on PostgreSQL among so many accounts, and how much log it writes: what grows
 * with the table can be counted here, whatever else the machine does.
 */
export async function benchPages(sizes: readonly number[], commits: number): Promise<void> {
  const rows = new Map<string, string[][]>();
  for (const accounts of sizes) {
    const { pool, drop } = await openPostgres(accounts);
    for (const [act, explained] of Object.entries(await explainedOn(pool, commits))) {
      const writes = explained.map(({ Plan }) => nodesOf(Plan).filter((node) => node["Node Type"] === "ModifyTable"));
      const mean = (count: (node: Node) => number): number =>
        middle.mean(writes.map((nodes) => nodes.reduce((sum, node) => sum + count(node), 0)));
      const row = [
        `${act}, ${accounts.toLocaleString("en")} accounts`,
        mean((node) => node["Shared Hit Blocks"] + node["Shared Read Blocks"]).toFixed(1),
        mean((node) => node["WAL Bytes"] ?? 0).toFixed(0),
        mean((node) => node["WAL FPI"] ?? 0).toFixed(2),
        middle.median(explained.map((one) => one["Planning Time"] * 1_000)).toFixed(0),
        middle.median(explained.map((one) => one["Execution Time"] * 1_000)).toFixed(0),
      ];
      rows.set(act, [...(rows.get(act) ?? []), row]);
    }
    await drop();
  }
  printTable(
    `PostgreSQL, by EXPLAIN: a commit, soon after a checkpoint; the mean of ${commits}, times in the median`,
    ["", "pages", "WAL bytes", "whole pages in them", "planning µs", "executing µs"],
    [...rows.values()].flat(),
  );
}

async function explainedOn(pool: pg.Pool, commits: number): Promise<Readonly<Record<string, readonly Explained[]>>> {
  const made: Explained[] = [];
  const activated: Explained[] = [];
  let told = made;
  const store: Kept["store"] = postgresStore(explaining(pool, (explained) => told.push(explained)));
  for (let n = 0; n < commits; n += 1) {
    const change = changeOf("a new registration", n);
    if (change.registration.state !== "pending") throw new Error("A new registration is pending.");
    const registration = { ...change.registration, identifier: emailOf(newAddress()) };
    told = made;
    await store.commit({ ...change, registration });
    told = activated;
    const accountId = timeOrderedId(Date.now());
    await store.commit({
      ...changeOf("an activation", n),
      registration: activatedStub(registration, accountId),
      account: accountOf(registration, accountId),
    });
  }
  return { "a new registration": made, "an activation": activated };
}

/** A pool whose commits are explained; EXPLAIN ANALYZE does what it explains, but answers with its plan. */
function explaining(pool: pg.Pool, told: (explained: Explained) => void): PostgresPool {
  return {
    async connect() {
      const connection = await pool.connect();
      return {
        release: (broken?: boolean) => connection.release(broken),
        async query(text: string, values: unknown[] = []) {
          if (!text.includes("insert into")) return connection.query(text, values);
          const { rows } = await connection.query(`explain (analyze, buffers, wal, format json) ${text}`, values);
          told(rows[0]["QUERY PLAN"][0]);
          return { rows: [{ present: true, written: true }] };
        },
      };
    },
  };
}

function nodesOf(plan: Node): readonly Node[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
