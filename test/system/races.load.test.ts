import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createKeyring } from "../../src/secrets/keyring.js";
import { openTicket } from "../../src/secrets/ticket.js";
import { expectWhole, rowsOf } from "./expect-whole.js";
import { sqlServers } from "./sql-servers.js";
import { type Crew, codesOf, openCrew, together, type Worker } from "./worker-crew.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";
import { keys } from "./worker-house.js";
import type { Answered, Call } from "./worker-jobs.js";

const from = { ip: "192.0.2.7" };
const email = "ada@example.com";
const password = "harbour tulip nine cranes";
const form = (address = email, chosen = password) => ({ email: address, password: chosen, confirmation: chosen });
const start = (fields: object): Call => ({ verb: "start", given: [fields, from] });
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));
/** What a slow machine needs is time: here it is not the store's limit that is tried. */
const patient = { connections: 8, timeoutSeconds: 60 };

for (const { title, kind, describe } of sqlServers) {
  describe(`four processes at once over one ${title}`, (fresh) => {
    let crew: Crew;
    let workers: readonly Worker[];
    let database: OpenDatabase;

    beforeAll(async () => {
      const { url } = fresh();
      database = openDatabase[kind](url, { connections: 2 });
      await database.prepare();
      crew = await openCrew();
      workers = await Promise.all(times(4, (n) => crew.hire({ name: `worker-${n}`, kind, url, ...patient })));
      await Promise.all(workers.map((worker) => worker.run("warm", null)));
    });
    beforeEach(async () => {
      await fresh().empty();
      crew.ledger.empty();
    });
    afterAll(async () => {
      await crew?.dismiss();
      await database?.close();
    });

    const byOne = async (call: Call): Promise<Answered> => {
      const [worker] = workers;
      const [answer = {}] = (await worker?.run("calls", { startAt: 0, calls: [call] })) ?? [];
      return answer;
    };
    /** What the owner of the mailbox holds after a sign-up. */
    const signedUp = async (address = email) => {
      const { ticket = "" } = await byOne(start(form(address)));
      await byOne({ verb: "deliver", given: [] });
      const { link, code } =
        crew.ledger.of("send").findLast(({ to, kind: is }) => to === address && is === "activation") ?? {};
      return { ticket, link, code };
    };
    const everywhere = async (count: number, call: (index: number) => Call): Promise<readonly Answered[]> => {
      const calls = times(count, call);
      const each = count / workers.length;
      return (await together(workers, (n) => calls.slice(n * each, (n + 1) * each))).flat();
    };
    const activations = async () => {
      const { events } = await rowsOf(database);
      return events.filter(({ type }) => type === "account.activated");
    };

    it.each(["ticket", "ticket or password", "ticket or code"] as const)(
      "1,000 parallel activations of one link by %s make one account and one event",
      async (by) => {
        const { ticket, link, code } = await signedUp();
        const proofs = by === "ticket or password" ? [{ ticket }, { password }] : [{ ticket }];
        const answers = await everywhere(1_000, (n) => {
          if (by === "ticket or code" && n % 2 === 0) return { verb: "confirm", given: [ticket, { code }, from] };
          return { verb: "activate", given: [link, proofs[n % proofs.length], from] };
        });
        expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
        const refused = new Set(answers.flatMap(codesOf));
        // A sixth password at once is not looked at: it may be answered before the first has activated.
        const others: readonly string[] = {
          ticket: [],
          "ticket or password": ["proof_wrong"],
          "ticket or code": ["wrong_step", "code_locked"],
        }[by];
        expect([...refused].filter((problem) => !others.includes(problem))).toEqual(["link_used"]);
        const rows = await expectWhole(database, crew.ledger.entries());
        expect(rows.accounts).toHaveLength(1);
        expect(rows.messages).toHaveLength(1);
        expect(await activations()).toHaveLength(1);
      },
    );

    it("200 parallel sign-ups of one address that all prove it at once end in one account, with the winner's password", async () => {
      const passwordOf = (n: number) => `${password} number ${n}`;
      const signUps = await everywhere(200, (n) => start(form(email, passwordOf(n))));
      expect(signUps.filter(({ ok }) => ok)).toHaveLength(200);
      await byOne({ verb: "deliver", given: [] });
      const codes = new Map(crew.ledger.of("send").map(({ link = "", code }) => [link.split(".")[1], code]));
      expect(codes.size).toBe(200);
      const ring = createKeyring(keys);
      const people = await Promise.all(
        signUps.map(async ({ ticket = "" }) => {
          const opened = await openTicket(ring, ticket);
          return { ticket, code: opened?.kind === "pointer" ? codes.get(opened.id) : undefined };
        }),
      );
      const answers = await everywhere(200, (n) => ({
        verb: "confirm",
        given: [people[n]?.ticket, { code: people[n]?.code }, from],
      }));

      const winners = answers.flatMap(({ ok }, n) => (ok ? [n] : []));
      expect(winners).toHaveLength(1);
      expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(["already_registered"]));
      const { accounts, registrations } = await expectWhole(database, crew.ledger.entries());
      expect(accounts).toHaveLength(1);
      expect(registrations.filter(({ outcome }) => outcome === "taken")).toHaveLength(199);
      const signIns = await everywhere(200, (n) => ({
        verb: "signIn",
        given: [{ identifier: email, password: passwordOf(n) }, from],
      }));
      expect(signIns.flatMap(({ ok }, n) => (ok ? [n] : []))).toEqual(winners);
    });

    it("1,000 parallel wrong codes are paid for five times, and the right one is too late", async () => {
      const { ticket, code } = await signedUp();
      const wrong = code === "12345678" ? "87654321" : "12345678";
      const answers = await everywhere(1_000, () => ({ verb: "confirm", given: [ticket, { code: wrong }, from] }));
      const heard = answers.flatMap(codesOf);
      // The fifth comparison is the last: it locks.
      expect(heard.filter((problem) => problem === "code_wrong")).toHaveLength(4);
      expect(heard.filter((problem) => problem === "code_locked")).toHaveLength(996);
      const { registrations } = await expectWhole(database, crew.ledger.entries());
      expect(registrations.map(({ guesses }) => guesses)).toEqual([5]);
      expect(codesOf(await byOne({ verb: "confirm", given: [ticket, { code }, from] }))).toEqual(["code_locked"]);
    });

    it("1,000 parallel wrong passwords at one link are verified five times, and its ticket still activates", async () => {
      const { ticket, link } = await signedUp();
      const answers = await everywhere(1_000, (n) => ({
        verb: "activate",
        given: [link, { password: `${password} number ${n}` }, from],
      }));
      expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(["proof_wrong"]));
      expect(crew.ledger.of("verify")).toHaveLength(5);
      const { registrations } = await expectWhole(database, crew.ledger.entries());
      expect(registrations.map(({ password_tries }) => password_tries)).toEqual([5]);
      expect((await byOne({ verb: "activate", given: [link, { ticket }, from] })).ok).toBe(true);
    });

    it("1,000 committed messages are sent once each, and their events told once each", async () => {
      const signUps = await everywhere(1_000, (n) => start(form(`person-${n}@example.com`)));
      expect(signUps.filter(({ ok }) => ok)).toHaveLength(1_000);
      expect(await rowsOf(database)).toMatchObject({ messages: { length: 1_000 }, events: { length: 1_000 } });
      const passes = await everywhere(4, () => ({ verb: "deliver", given: [] }));

      const sends = crew.ledger.of("send");
      expect(new Set(sends.map(({ to }) => to)).size).toBe(1_000);
      expect(sends).toHaveLength(1_000);
      expect(crew.ledger.of("tell")).toHaveLength(1_000);
      // None of them had it all to itself, or nothing was raced for.
      expect(Math.max(...passes.map(({ sent = 0 }) => sent))).toBeLessThan(1_000);
      expect(passes.reduce((all, { sent = 0 }) => all + sent, 0)).toBe(1_000);
      expect(await expectWhole(database, crew.ledger.entries())).toMatchObject({ messages: [], events: [] });
    });
  });

  describe(`ten processes that start at once over an empty ${title}`, (fresh) => {
    let crew: Crew;
    let database: OpenDatabase;

    beforeAll(async () => {
      database = openDatabase[kind](fresh().url, { connections: 2 });
      crew = await openCrew();
    });
    afterAll(async () => {
      await crew?.dismiss();
      await database?.close();
    });

    it("all migrate it, three times over, and all find it ready", async () => {
      const hire = (n: number) => crew.hire({ name: `worker-${n}`, kind, url: fresh().url, connections: 2 });
      const ten = await Promise.all(times(10, hire));
      for (let round = 0; round < 3; round += 1) {
        for (const table of [
          "consent",
          "identifier",
          "account",
          "registration",
          "message",
          "event",
          "counter",
          "schema",
        ]) {
          await database.query(`drop table if exists porchlight_${table}`);
        }
        expect(await Promise.all(ten.map((worker) => worker.run("migrate", null)))).toEqual(times(10, () => null));
        const answers = await together(ten, () => [{ verb: "ready", given: [] }]);
        expect(answers).toEqual(times(10, () => [{}]));
      }
      await database.prepare();
      expect(await expectWhole(database, [])).toMatchObject({ registrations: [] });
    });
  });
}
