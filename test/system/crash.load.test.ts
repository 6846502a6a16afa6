import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectKept, leaseMs } from "./crash-aftermath.js";
import { expectWhole, rowsOf } from "./expect-whole.js";
import { sqlServers } from "./sql-servers.js";
import { type Crew, openCrew, type Worker } from "./worker-crew.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";
import { drawing } from "./worker-life.js";

const seed = Number(process.env.PORCHLIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
/** So many processes at a time; each is killed when it has written so many lines at most, and a moment later. */
const atOnce = 4;
const mostLines = 100;
const longestMomentMs = 15;

for (const { title, kind, describe, kills } of sqlServers) {
  describe(`processes that sign people up and deliver over one ${title}`, (fresh) => {
    let crew: Crew;
    let database: OpenDatabase;

    beforeAll(async () => {
      database = openDatabase[kind](fresh().url, { connections: 2 });
      await database.prepare();
      crew = await openCrew();
    });
    afterAll(async () => {
      await crew?.dismiss();
      await database?.close();
    });

    it(`lose nothing and double nothing, killed ${kills} times`, async () => {
      const draw = drawing(seed);
      const hire = async (name: string, round: number) => {
        // Each round begins when the leases of the round before have run out.
        const aheadMs = round * (leaseMs + 1_000);
        const worker = await crew.hire({ name, kind, url: fresh().url, connections: 4, hostRows: true, aheadMs });
        return { worker, connections: await worker.run("warm", null) };
      };
      const shift = (round: number) =>
        Promise.all(Array.from({ length: atOnce }, (_, n) => hire(`worker-${round}-${n}`, round)));
      const liveAndDie = async (worker: Worker) => {
        const lines = Math.floor(draw() * mostLines);
        const moment = draw() * longestMomentMs;
        await worker.run("live", Math.floor(draw() * 2 ** 32));
        while (crew.ledger.linesOf(worker.name) < lines) await sleep(2);
        await sleep(moment);
        await worker.kill();
      };
      const rounds = kills / atOnce;
      const interrupted = new Set<string>();
      let known = 0;
      let next = shift(0);
      for (let round = 0; round < rounds; round += 1) {
        const working = await next;
        // The next ones get ready meanwhile.
        next = shift(round + 1);
        // Where this round fails, theirs does not matter.
        next.catch(() => {});
        await Promise.all(working.map(({ worker }) => liveAndDie(worker)));
        const connections = working.flatMap((one) => one.connections);
        // The last statement of the dead comes to its end, for better or worse.
        await expect.poll(() => database.alive(connections), { timeout: 30_000, interval: 2 }).toEqual([]);

        const { messages, events } = await rowsOf(database);
        const unsettled = new Set([...messages, ...events].map(({ id }) => id));
        const entries = crew.ledger.entries();
        for (const entry of entries.slice(known)) {
          const id = entry.did === "send" ? entry.id : entry.did === "tell" ? entry.event.id : undefined;
          if (id !== undefined && unsettled.has(id)) interrupted.add(`${entry.by} ${id}`);
        }
        known = entries.length;
      }

      const [drain] = await next;
      expect(await drain?.worker.run("calls", { startAt: 0, calls: [{ verb: "deliver", given: [] }] })).toMatchObject([
        { failed: 0, retried: 0 },
      ]);
      const ledger = crew.ledger.entries();
      const rows = await expectWhole(database, ledger, { hostRows: true });
      expect(rows).toMatchObject({ messages: [], events: [] });
      const came = expectKept(rows, ledger, interrupted);
      expect(came.failedCalls).toEqual({});
      console.log(
        `${title}, ${kills} kills (seed ${seed}): ${came.signUps} sign-ups committed, ${came.accounts} accounts, ` +
          `${came.sends} sends; killed between sending or telling and settlement ${interrupted.size} times, ` +
          `of which sent again ${came.sentAgain}, told again ${came.toldAgain}`,
      );
    });
  });
}
