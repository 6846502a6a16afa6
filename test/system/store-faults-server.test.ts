import { afterEach, beforeEach, expect, it } from "vitest";
import { PorchlightError } from "../../src/index.js";
import { expectWhole } from "./expect-whole.js";
import { type Fresh, type PrivateServer, sqlServers } from "./sql-servers.js";
import { expectGood, expectThrown, plainWiring, readyVerbs } from "./store-faults-verbs.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";
import { password } from "./worker-life.js";

const short = { connections: 3, timeoutSeconds: 5 };
const failure = { code: "ERR_STORE", cause: { code: expect.anything() } };
const from = { ip: "192.0.2.7" };

for (const { title, kind, describePrivate, fresh: makeFresh, smallDisk } of sqlServers) {
  /** A database on the server, and how the tests around it reach it. */
  const opened = (server: () => PrivateServer) => {
    let fresh: Fresh;
    let database: OpenDatabase;
    beforeEach(async () => {
      fresh = await makeFresh({ url: server().url, connections: 1 });
      database = openDatabase[kind](fresh.url, short);
      await database.prepare();
    });
    afterEach(async () => {
      await database.close();
      await fresh.drop();
    });
    return () => database;
  };

  describePrivate(`every verb over a ${title} server that`, { settings: { max_connections: "12" } }, (server) => {
    const database = opened(server);

    it("is stopped throws, and works at once when it is started", async () => {
      const { verbs, told } = await readyVerbs(database());
      await server().stop("fast");
      await expectThrown(verbs, failure);
      await server().start();
      await expectGood(verbs);
      await expectWhole(database(), told, { erased: true });
    });

    it("is read-only throws where it has to write, and works at once when that is over", async () => {
      const { verbs, told } = await readyVerbs(database());
      await server().readOnly(true);
      await expectThrown(
        verbs.filter(({ writes }) => writes),
        failure,
      );
      await expectGood(verbs.filter(({ writes }) => !writes));
      await server().readOnly(false);
      await expectGood(verbs);
      await expectWhole(database(), told, { erased: true });
    });

    it("has no connection left throws, and works at once when it has", async () => {
      const { verbs, told } = await readyVerbs(database());
      // So that the pool has none of its own.
      await server().stop("fast");
      await server().start();
      const release = await server().exhaust();
      await expectThrown(verbs, failure);
      await release();
      await expectGood(verbs);
      await expectWhole(database(), told, { erased: true });
    });
  });

  describePrivate(`a ${title} server on a small disk`, { diskMegabytes: smallDisk }, (server) => {
    const database = opened(server);

    it("throws when it is full, keeps what it said that it has, and takes the same form when there is room", async () => {
      const { wiring, told } = plainWiring();
      const registrar = database().registrar(wiring);
      await server().fill();
      const kept: string[] = [];
      let refused: { readonly ticket: string; readonly fields: object; readonly error: unknown } | undefined;
      for (let n = 0; refused === undefined && n < 10_000; n += 1) {
        const { ticket } = await registrar.start({}, from);
        const fields = { email: `person-${n}@example.com`, password, confirmation: password };
        try {
          kept.push((await registrar.submit(ticket, fields, from)).ticket);
        } catch (error) {
          refused = { ticket, fields, error };
        }
      }
      expect(refused?.error).toBeInstanceOf(PorchlightError);
      expect(refused?.error).toMatchObject(failure);
      await server().relieve();
      const again = await registrar.submit(refused?.ticket, refused?.fields ?? {}, from);
      expect(again.registration.step).toBe("pending");
      for (const ticket of kept) expect((await registrar.status(ticket, from)).registration.step).toBe("pending");
      expect((await expectWhole(database(), told)).registrations).toHaveLength(kept.length + 1);
    });
  });
}
