import { migrate, mysqlStore } from "../../src/store/mysql.js";
import { freshMysql } from "../../test/system/fresh-mysql.js";
import type { Kind } from "./kept.js";
import { encodedPassword, everyMs, factor, firstAt, proveFilled, range } from "./people.js";
import { counted } from "./trips.js";

/** The real server, MySQL or MariaDB, through a pool of twenty. */
export const mysql: Kind = {
  name: "MariaDB",
  async open(accounts) {
    const { pool, drop } = await freshMysql({ connections: 20 });
    await migrate(pool);
    const { client, count } = counted(pool);
    const store = mysqlStore(client);
    if (accounts > 0) {
      for (const sql of fill(accounts)) await pool.query(sql);
      await proveFilled({ store }, accounts);
    }
    // InnoDB purges by itself.
    return { store, trips: count, tidy: async () => {}, drop };
  },
};

/** As PostgreSQL's; numbers are made of digits, since MySQL and MariaDB bound a recursion by different names. */
function fill(accounts: number): readonly string[] {
  const places = Array.from({ length: String(accounts).length }, (_, place) => place);
  const digits = "(select 0 as d union all values (1), (2), (3), (4), (5), (6), (7), (8), (9))";
  const numbers = `select 1 + ${places.map((place) => `d${place}.d * ${10 ** place}`).join(" + ")} as n
  from ${places.map((place) => `${digits} as d${place}`).join(" cross join ")}`;
  const people = `(
  select n, ${firstAt(accounts)} + n * ${everyMs} as at, lpad(lower(hex((n * ${factor}) % ${range})), 8, '0') as head
  from (${numbers}) as counted where n <= ${accounts}
) as person`;
  const id = (last: string) => `concat(lpad(lower(hex(at)), 12, '0'), rpad(head, 22, '${last}'))`;
  const address = "concat(head, '.', n, '@example.com')";
  return [
    `insert into porchlight_account (id, password, profile, metadata, activated_at)
select ${id("a")}, '${encodedPassword}', 'null', '{}', at from ${people} order by n`,
    `insert into porchlight_identifier (address_key, account_id, channel, address)
select ${address}, ${id("a")}, 'email', ${address} from ${people} order by n`,
    `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome)
select ${id("r")}, 2, 'activated', at, at + 86400000, ${id("a")}, 'ticket' from ${people} order by n`,
    "analyze table porchlight_account, porchlight_identifier, porchlight_registration",
  ];
}
