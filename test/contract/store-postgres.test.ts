import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, it } from "vitest";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { storeContract } from "../../src/testing/store-contract.js";
import { describePostgres } from "../system/servers.js";

for (const prepared of [false, true]) {
  const how = prepared ? ", its statements prepared," : "";
  describePostgres(`postgresStore over a pool of twenty${how} keeps the contract of a store:`, (database) => {
    beforeAll(() => migrate(database().pool));
    for (const { promise, check } of storeContract) {
      it(promise, () =>
        check(async () => {
          await database().empty();
          return postgresStore(database().pool, { prepared });
        }),
      );
    }
  });
}

describe("postgresStore over PGlite keeps the contract of a store:", () => {
  const database = new PGlite();
  beforeAll(() => migrate(database));
  afterAll(() => database.close());
  for (const { promise, check } of storeContract) {
    it(promise, () =>
      check(async () => {
        await database.exec(
          "truncate porchlight_registration, porchlight_account cascade; truncate porchlight_message, porchlight_event",
        );
        return postgresStore(database);
      }),
    );
  }
});
