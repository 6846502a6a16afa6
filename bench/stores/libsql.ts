import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { libsqlStore, migrate } from "../../src/store/libsql.js";
import type { Kind } from "./kept.js";
import { encodedPassword, everyMs, factor, firstAt, proveFilled, range } from "./people.js";
import { counted } from "./trips.js";

/** A file in this process, with the write-ahead log that a host is told to switch on. */
export const libsql: Kind = {
  name: "libSQL file",
  async open(accounts) {
    const folder = await mkdtemp(join(tmpdir(), "porchlight-libsql-"));
    const raw = createClient({ url: `file:${join(folder, "porchlight.db")}` });
    await raw.execute("pragma journal_mode = wal");
    await migrate(raw);
    const { client, count } = counted(raw);
    const store = libsqlStore(client);
    if (accounts > 0) {
      for (const sql of fill(accounts)) await raw.execute(sql);
      await proveFilled({ store }, accounts);
    }
    return {
      store,
      trips: count,
      tidy: async () => {},
      async drop() {
        raw.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** As PostgreSQL's. */
function fill(accounts: number): readonly string[] {
  const people = (columns: string) => `with recursive counted (n) as (
  select 1 union all select n + 1 from counted where n < ${accounts}
), person as (
  select ${firstAt(accounts)} + n * ${everyMs} as at, printf('%08x', (n * ${factor}) % ${range}) as head, n from counted
) select ${columns} from person`;
  const id = (last: string) => `printf('%012x', at) || head || '${last.repeat(14)}'`;
  const address = "head || '.' || n || '@example.com'";
  return [
    `insert into porchlight_account (id, password, profile, metadata, activated_at)
${people(`${id("a")}, '${encodedPassword}', 'null', '{}', at`)}`,
    `insert into porchlight_identifier (address_key, account_id, channel, address)
${people(`${address}, ${id("a")}, 'email', ${address}`)}`,
    `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome)
${people(`${id("r")}, 2, 'activated', at, at + 86400000, ${id("a")}, 'ticket'`)}`,
    "analyze",
    "pragma wal_checkpoint(truncate)",
  ];
}
