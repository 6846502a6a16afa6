import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Store } from "../../src/index.js";
import { schema as mysqlSchema } from "../../src/store/mysql.js";
import { schema as postgresSchema } from "../../src/store/postgres.js";
import { expectWhole } from "./expect-whole.js";
import { withPort } from "./server-urls.js";
import { sqlServers } from "./sql-servers.js";
import { type Hole, hole } from "./store-faults-hole.js";
import { expectGood, expectThrown, plainWiring, readyVerbs } from "./store-faults-verbs.js";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";

/** A pool that a few lost connections would use up, and the shortest limit. */
const short = { connections: 3, timeoutSeconds: 1 };
const from = { ip: "192.0.2.7" };
const schemas = { postgres: postgresSchema, mysql: mysqlSchema };

for (const { title, kind, describe } of sqlServers) {
  describe(`every verb over a ${title} that`, (fresh) => {
    let direct: OpenDatabase;
    let database: OpenDatabase;
    let proxy: TcpProxy;
    let heal: () => Promise<void> = async () => {};

    beforeAll(async () => {
      const { url } = fresh();
      direct = openDatabase[kind](url, { connections: 2 });
      await direct.prepare();
      proxy = await tcpProxy(Number(new URL(url).port));
    });
    beforeEach(async () => {
      await fresh().empty();
      database = openDatabase[kind](withPort(fresh().url, proxy.port), { ...short, unlimited: true });
    });
    afterEach(async () => {
      await heal();
      await database.close();
    });
    afterAll(async () => {
      await proxy?.close();
      await direct?.close();
    });

    interface Fault {
      readonly code: "ERR_STORE" | "ERR_STORE_TIMEOUT";
      /** Begins it, and gives what ends it. */
      begin(): Promise<() => Promise<void>>;
    }
    const through = (begin: () => Promise<void>): Fault["begin"] => {
      return async () => {
        await begin();
        return () => proxy.pass();
      };
    };
    const faults: Readonly<Record<string, Fault>> = {
      "refuses connections": {
        code: "ERR_STORE",
        begin: through(async () => {
          await proxy.refuse();
          proxy.cut();
        }),
      },
      "swallows what it is told": { code: "ERR_STORE_TIMEOUT", begin: through(() => proxy.swallow()) },
      "obeys, and whose answers are lost": { code: "ERR_STORE_TIMEOUT", begin: through(() => proxy.swallowAnswers()) },
      "is slower than the limit": {
        code: "ERR_STORE_TIMEOUT",
        async begin() {
          await proxy.delay(600);
          return async () => {
            await proxy.pass();
            // What is on its way yet must arrive first, on every connection.
            await Promise.all(Array.from({ length: short.connections }, () => database.query("select 1")));
          };
        },
      },
      "waits for a lock": { code: "ERR_STORE_TIMEOUT", begin: () => direct.lock() },
    };

    it.each(Object.entries(faults))("%s throws in time, and works at once when that is over", async (_, fault) => {
      const { verbs, registrar, ports, told } = await readyVerbs(database);
      const end = await fault.begin();
      heal = async () => {
        heal = async () => {};
        await end();
      };
      // All at once: several times as many as the pool has connections.
      await expectThrown(verbs, { code: fault.code, cause: { code: expect.anything() } });
      await heal();
      await expectGood(verbs);
      // What a lost lease holds back is sent when it has run out.
      ports.clock.advance(91_000);
      await registrar.deliver();
      expect(ports.mailer.sent.filter(({ to }) => to === "waiter@example.com")).toHaveLength(1);
      await expectWhole(direct, told, { erased: true });
    });

    it.each(["confirm", "activate"] as const)(
      "loses the answers to a commit (%s) activates once, now or at the second try",
      async (verb) => {
        let lose = () => proxy.swallowAnswers();
        const losing = <Tx>(store: Store<Tx>): Store<Tx> => ({
          ...store,
          async commit(change) {
            await lose();
            return store.commit(change);
          },
        });
        const { registrar, signedUp, told } = await readyVerbs(database, { watch: losing });
        const { ticket, code, link } = signedUp;
        const call = () =>
          verb === "confirm" ? registrar.confirm(ticket, { code }, from) : registrar.activate(link, { ticket }, from);
        heal = () => proxy.pass();
        await expect(call()).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
        await proxy.pass();
        lose = async () => {};

        // One statement is done; of several, the rest were never sent.
        const { step } = (await registrar.status(ticket, from)).registration;
        const again = await call();
        if (step === "activated")
          expect(again).toMatchObject({ problems: [{ code: expect.stringMatching(/wrong_step|link_used/) }] });
        else expect(again.ok).toBe(true);
        expect((await registrar.status(ticket, from)).registration.step).toBe("activated");
        await registrar.deliver();
        expect((await expectWhole(direct, told)).accounts).toHaveLength(2);
      },
    );
  });

  describe(`a pool whose every connection to ${title} is lost without a word`, (fresh) => {
    let network: Hole;
    let direct: OpenDatabase;
    let database: OpenDatabase;

    beforeAll(async () => {
      const { url } = fresh();
      network = await hole(Number(new URL(url).port));
      direct = openDatabase[kind](url, { connections: 2 });
      await direct.prepare();
      database = openDatabase[kind](withPort(url, network.port), short);
    });
    afterAll(async () => {
      await network?.remove();
      await database?.close();
      await direct?.close();
    });

    it("is whole again with the first new connection", async () => {
      const { verbs } = await readyVerbs(database);
      network.open();
      await expectThrown(verbs, { code: "ERR_STORE_TIMEOUT" });
      network.close();
      // An attempt to connect that began in the hole has the limit that the pool was given.
      await expect.poll(() => database.query("select 1"), { timeout: 30_000 }).toHaveLength(1);
      await expectGood(verbs);
    });
  });

  describe(`a pool whose calls wait for a lock in ${title}`, (fresh) => {
    let direct: OpenDatabase;
    let database: OpenDatabase;
    let unlock: () => Promise<void> = async () => {};

    beforeAll(async () => {
      direct = openDatabase[kind](fresh().url, { connections: 2 });
      await direct.prepare();
      database = openDatabase[kind](fresh().url, short);
    });
    afterAll(async () => {
      await unlock();
      await database?.close();
      await direct?.close();
    });

    it("leaves no statement behind that waits on", async () => {
      const { verbs } = await readyVerbs(database);
      const before = await direct.count();
      unlock = await direct.lock();
      for (let again = 0; again < 3; again += 1) await expectThrown(verbs, { code: "ERR_STORE_TIMEOUT" });
      // While the lock is held on.
      await expect.poll(() => direct.count(), { timeout: 30_000 }).toBeLessThanOrEqual(before + short.connections);
    });
  });

  describe(`a ${title} whose schema`, (fresh) => {
    let direct: OpenDatabase;
    let database: OpenDatabase;

    beforeEach(async () => {
      direct = openDatabase[kind](fresh().url, { connections: 2 });
      database = openDatabase[kind](fresh().url, short);
    });
    afterEach(async () => {
      await database.close();
      await direct.close();
    });
    const outdated = { code: "ERR_SCHEMA_OUTDATED", message: expect.stringContaining("await migrate(db)") };

    it("is not there is refused at start-up, and the same process goes on when it is", async () => {
      const registrar = database.registrar(plainWiring().wiring);
      await expect(registrar.ready()).rejects.toMatchObject(outdated);
      await direct.prepare();
      await registrar.ready();
      expect(await registrar.account("nobody")).toBeUndefined();
    });

    it("lacks a table is refused at start-up, by its name, and goes on when its SQL was run", async () => {
      await direct.prepare();
      const registrar = database.registrar(plainWiring().wiring);
      await direct.query("drop table porchlight_event");
      const lacking = { ...outdated, cause: { name: "porchlight_event" } };
      await expect(registrar.ready()).rejects.toMatchObject(lacking);
      expect(await registrar.account("nobody")).toBeUndefined();
      for (const { sql } of schemas[kind]()) {
        for (const statement of sql.split(";\n").filter((part) => part.trim() !== "")) await direct.query(statement);
      }
      await registrar.ready();
    });

    it.each([
      ["is older", "delete from porchlight_schema where version > 0"],
      ["says no version", "drop table porchlight_schema"],
    ])("%s is refused by every verb, and the same process goes on when it is mended", async (_, spoil) => {
      await direct.prepare();
      await fresh().empty();
      const { verbs } = await readyVerbs(database, { signUpsBy: direct });
      await direct.query(spoil);
      await expectThrown(verbs, outdated);
      await direct.migrate();
      await expectGood(verbs);
    });
  });
}
