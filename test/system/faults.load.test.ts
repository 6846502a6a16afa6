import { afterAll, beforeAll, expect, it } from "vitest";
import { type Aftermath, expectKept, leaseMs } from "./crash-aftermath.js";
import { expectWhole } from "./expect-whole.js";
import { withPort } from "./server-urls.js";
import { type Fresh, sqlServers } from "./sql-servers.js";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.js";
import { type Crew, openCrew, type Worker } from "./worker-crew.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";
import { drawing } from "./worker-life.js";

const seed = Number(process.env.PORCHLIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
const patience = { timeout: 60_000, interval: 20 };
const stops = 10;

for (const { title, kind, describe, describePrivate, fresh: makeFresh } of sqlServers) {
  /** Two processes under load, and what they wrote. */
  const openLoad = () => {
    let crew: Crew;
    let workers: readonly Worker[] = [];
    let drain: Worker;
    return {
      async begin(url: string, direct = url) {
        crew = await openCrew();
        const draw = drawing(seed);
        const hire = (name: string) =>
          crew.hire({ name, kind, url, connections: 4, timeoutSeconds: 1, hostRows: true });
        workers = await Promise.all(["one", "two"].map(hire));
        const aheadMs = leaseMs + 1_000;
        drain = await crew.hire({ name: "drain", kind, url: direct, hostRows: true, aheadMs });
        for (const worker of workers) await worker.run("live", Math.floor(draw() * 2 ** 32));
      },
      /** Resolves when each of the two has done something of this kind since it was asked, doing `again` what brings it about. */
      async untilEach(did: "throw" | "answer", when: string, again: () => unknown = () => {}) {
        const begun = crew.ledger.entries().length;
        const idle = () => {
          const done = new Set(
            crew.ledger
              .entries()
              .slice(begun)
              .flatMap((entry) => (entry.did === did ? [entry.by] : [])),
          );
          return workers.filter(({ name }) => !done.has(name)).map(({ name }) => name);
        };
        const look = async () => {
          const left = idle();
          if (left.length > 0) await again();
          return left;
        };
        await expect.poll(look, { ...patience, message: `those who wait for an ${did} ${when}` }).toEqual([]);
      },
      /** Lets everybody finish, sends what is left when all leases have run out, and judges. */
      async aftermath(database: OpenDatabase): Promise<Aftermath> {
        for (const worker of workers) await worker.end();
        await drain.run("calls", { startAt: 0, calls: [{ verb: "deliver", given: [] }] });
        const ledger = crew.ledger.entries();
        const rows = await expectWhole(database, ledger, { hostRows: true });
        expect(rows).toMatchObject({ messages: [], events: [] });
        // Nobody was killed: whoever sent settles it as soon as the database is back.
        return expectKept(rows, ledger, new Set());
      },
      dismiss: () => crew?.dismiss(),
    };
  };
  const said = ({ signUps, accounts, sends, failedCalls }: Aftermath) =>
    `${signUps} sign-ups committed, ${accounts} accounts, ${sends} sends, none twice; calls that failed: ${JSON.stringify(failedCalls)}`;

  describePrivate(`a ${title} server of our own, stopped and started under load`, {}, (server) => {
    const load = openLoad();
    let fresh: Fresh;
    let database: OpenDatabase;

    beforeAll(async () => {
      fresh = await makeFresh({ url: server().url, connections: 1 });
      database = openDatabase[kind](fresh.url, { connections: 2 });
      await database.prepare();
    });
    afterAll(async () => {
      await load.dismiss();
      await database?.close();
      await fresh?.drop();
    });

    it(`loses nothing, crashed ${stops} times`, async () => {
      await load.begin(fresh.url);
      for (let stop = 0; stop < stops; stop += 1) {
        await load.untilEach("answer", "before a crash");
        await server().stop("immediate");
        await load.untilEach("throw", "after a crash");
        await server().start();
      }
      await load.untilEach("answer", "at the end");
      console.log(`${title}, ${stops} crashes of the server (seed ${seed}): ${said(await load.aftermath(database))}`);
    });
  });

  describe(`a bad network before ${title}`, (fresh) => {
    const load = openLoad();
    let database: OpenDatabase;
    let proxy: TcpProxy;

    beforeAll(async () => {
      const { url } = fresh();
      database = openDatabase[kind](url, { connections: 2 });
      await database.prepare();
      proxy = await tcpProxy(Number(new URL(url).port));
    });
    afterAll(async () => {
      await load.dismiss();
      await proxy?.close();
      await database?.close();
    });

    it("loses nothing, cut, delayed, refused and swallowed", async () => {
      const draw = drawing(seed);
      const faults: Readonly<Record<string, () => unknown>> = {
        cut: () => proxy.cut(),
        "cut in the middle": () => proxy.cutAfter(Math.floor(draw() * 5_000)),
        "answers swallowed": () => proxy.swallowAnswers(),
        swallowed: () => proxy.swallow(),
        refused: async () => {
          await proxy.refuse();
          proxy.cut();
        },
        "delayed beyond the limit": () => proxy.delay(600),
      };
      const times = 4;
      await load.begin(withPort(fresh().url, proxy.port), fresh().url);
      await load.untilEach("answer", "at first");
      for (let time = 0; time < times; time += 1) {
        for (const [fault, begin] of Object.entries(faults)) {
          // One that is over at once may meet nobody who waits for an answer.
          await load.untilEach("throw", `while ${fault}`, begin);
          await proxy.pass();
          await load.untilEach("answer", `after ${fault}`);
        }
      }
      const came = said(await load.aftermath(database));
      console.log(`${title}, ${times} times ${Object.keys(faults).join(", ")} (seed ${seed}): ${came}`);
    });
  });
}
