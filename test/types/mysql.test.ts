// Read by the compiler: `npm run check` fails where the real client does not fit, or where an expected error is missing.
import mysql, { type PoolConnection } from "mysql2/promise";
import type { Store } from "porchlight";
import { mysqlStore } from "porchlight/store/mysql";
import { expect, it } from "vitest";

it("the transaction of mysqlStore is the connection of mysql2's own pool", async () => {
  const pool = mysql.createPool("mysql://127.0.0.1:9/nowhere");
  const inferred: Store<PoolConnection> = mysqlStore(pool);
  const said: Store<PoolConnection> = mysqlStore<PoolConnection>(pool, { timeoutSeconds: 10 });
  // @ts-expect-error a connection is no pool
  const refused: unknown = (connection: mysql.Connection) => mysqlStore(connection);
  expect([inferred.timeoutSeconds, said.timeoutSeconds, typeof refused]).toEqual([undefined, 10, "function"]);
  await pool.end();
});
