import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Allowed, expectWhole, type Rows } from "./expect-whole.js";
import { sqlServers } from "./sql-servers.js";
import { type Crew, codesOf, openCrew, together, type Worker } from "./worker-crew.js";
import { type OpenDatabase, openDatabase } from "./worker-databases.js";
import type { Answered, Call } from "./worker-jobs.js";
import { drawing } from "./worker-life.js";

const from = { ip: "192.0.2.7" };
const password = "harbour tulip nine cranes";
const hour = 3_600_000;
const rounds = 100;
const seed = Number(process.env.PORCHLIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
/** Two contenders begin up to so many milliseconds apart: about what a verb takes. */
const apartMs = 8;

/** What the owner of a mailbox holds after a sign-up. */
interface SignedUp {
  readonly address: string;
  readonly ticket: string;
  readonly link: string;
  readonly code: string;
}

/** One verb against another: each is called by two processes at once. */
interface Scene {
  /** Each sign-up begins when the round before is over; else all are there from the start. */
  readonly oneByOne?: boolean;
  /** How far the clock of those who call `first` is ahead. */
  readonly aheadMs?: number;
  readonly first: (about: SignedUp) => Call;
  readonly second: (about: SignedUp) => Call;
  readonly allowed?: Allowed;
  /** Says what came of one round, or fails. */
  readonly came: (about: SignedUp, first: Heard, second: Heard, rows: Rows) => string;
}

/** The answers that the two callers of one verb got. */
interface Heard {
  readonly ok: number;
  readonly codes: readonly string[];
}

const heardIn = (answers: readonly Answered[]): Heard => ({
  ok: answers.filter(({ ok }) => ok).length,
  codes: answers.flatMap(codesOf).sort(),
});

const confirm = ({ ticket, code }: SignedUp): Call => ({ verb: "confirm", given: [ticket, { code }, from] });
const activate = ({ ticket, link }: SignedUp): Call => ({ verb: "activate", given: [link, { ticket }, from] });
const resend = ({ ticket }: SignedUp): Call => ({ verb: "resend", given: [ticket, from] });
const rowOf = ({ link }: SignedUp, { registrations }: Rows) =>
  registrations.find(({ id }) => id === link.split(".")[1]) ?? {};
const keysOf = ({ identifiers }: Rows) => identifiers.map(({ address_key }) => address_key);

const scenes: Readonly<Record<string, Scene>> = {
  "a resend of the same code never costs the confirmation": {
    aheadMs: 61_000,
    first: resend,
    second: confirm,
    came({ address }, resent, confirmed, rows) {
      expect(confirmed).toEqual({ ok: 1, codes: ["wrong_step"] });
      expect(keysOf(rows)).toContain(address);
      for (const code of resent.codes) expect(["resend_too_early", "wrong_step"]).toContain(code);
      return resent.ok === 1 ? "resent and confirmed" : "confirmed";
    },
  },
  "a resend of a new code and a confirmation by the old one: the one or the other": {
    aheadMs: 13 * hour,
    first: resend,
    second: confirm,
    came(about, resent, confirmed, rows) {
      const { address } = about;
      const won = rowOf(about, rows).state === "activated";
      expect(keysOf(rows).includes(address)).toBe(won);
      expect(confirmed.ok).toBe(won ? 1 : 0);
      expect(resent.ok).toBe(won ? 0 : 1);
      if (!won) expect(rowOf(about, rows)).toMatchObject({ state: "pending", serial: 2 });
      return won ? "confirmed" : "sent anew";
    },
  },
  "a change of the address and a proof of the old one: never an account for an address that was left": {
    first: ({ address, ticket }) => ({ verb: "change", given: [ticket, { email: `new-${address}` }, from] }),
    second: confirm,
    came(about, changed, confirmed, rows) {
      const { address } = about;
      const won = rowOf(about, rows).state === "activated";
      expect(keysOf(rows).includes(address)).toBe(won);
      expect(confirmed.ok).toBe(won ? 1 : 0);
      expect(changed.ok > 0).toBe(!won);
      if (!won)
        expect(rowOf(about, rows)).toMatchObject({ state: "pending", address_key: `new-${address}`, serial: 2 });
      return won ? "confirmed" : "changed";
    },
  },
  "a purge of what ended and an activation in the last moment": {
    aheadMs: 25 * hour,
    first: () => ({ verb: "purge", given: [] }),
    second: activate,
    // A purge takes all of them.
    oneByOne: true,
    allowed: { purged: true },
    came({ address }, _, activated, rows) {
      const won = keysOf(rows).includes(address);
      expect(activated.ok).toBe(won ? 1 : 0);
      for (const code of activated.codes) expect(["link_used", "link_expired"]).toContain(code);
      return won ? "activated" : "purged";
    },
  },
  "an erasure and an activation: nobody is left": {
    first: ({ address }) => ({ verb: "erase", given: [{ channel: "email", address, key: address }] }),
    second: activate,
    allowed: { erased: true },
    came(_, __, activated, rows) {
      expect(rows.accounts).toEqual([]);
      for (const code of activated.codes) expect(code).toBe("link_used");
      return activated.ok === 1 ? "activated, then erased" : "erased";
    },
  },
  "a cancellation and an activation: the one or the other": {
    first: ({ ticket }) => ({ verb: "cancel", given: [ticket, from] }),
    second: activate,
    came(about, cancelled, activated, rows) {
      const { address } = about;
      const won = rowOf(about, rows).state === "activated";
      expect(keysOf(rows).includes(address)).toBe(won);
      expect([cancelled.ok, activated.ok]).toEqual(won ? [0, 1] : [1, 0]);
      return won ? "activated" : "cancelled";
    },
  },
  "a disowning and an activation: the one or the other": {
    first: ({ link }) => ({ verb: "disown", given: [link, from] }),
    second: activate,
    came(about, _, activated, rows) {
      const { address } = about;
      const won = rowOf(about, rows).state === "activated";
      expect(keysOf(rows).includes(address)).toBe(won);
      expect(activated.ok).toBe(won ? 1 : 0);
      return won ? "activated" : "disowned";
    },
  },
};

for (const { title, kind, describe } of sqlServers) {
  describe(`two verbs against each other, from four processes over one ${title}, ${rounds} times:`, (fresh) => {
    let crew: Crew;
    let workers: readonly Worker[];
    let database: OpenDatabase;

    beforeAll(async () => {
      const { url } = fresh();
      database = openDatabase[kind](url, { connections: 2 });
      await database.prepare();
      crew = await openCrew();
      const hire = (name: string) => crew.hire({ name, kind, url, connections: 2, timeoutSeconds: 60 });
      workers = await Promise.all(["first", "second", "first again", "second again"].map(hire));
      await Promise.all(workers.map((worker) => worker.run("warm", null)));
    });
    beforeEach(async () => {
      await fresh().empty();
      crew.ledger.empty();
    });
    afterEach(async () => {
      for (const worker of workers) await worker.run("setAhead", 0);
    });
    afterAll(async () => {
      await crew?.dismiss();
      await database?.close();
    });

    const bySecond = async (calls: readonly Call[]): Promise<readonly Answered[]> =>
      (await workers[1]?.run("calls", { startAt: 0, calls })) ?? [];
    const signedUp = async (addresses: readonly string[]): Promise<readonly SignedUp[]> => {
      const form = (email: string) => ({ email, password, confirmation: password });
      const answers = await bySecond(addresses.map((address) => ({ verb: "start", given: [form(address), from] })));
      await bySecond([{ verb: "deliver", given: [] }]);
      const letters = new Map(crew.ledger.of("send").map((letter) => [letter.to, letter]));
      return addresses.map((address, n) => {
        const { link = "", code = "" } = letters.get(address) ?? {};
        return { address, ticket: answers[n]?.ticket ?? "", link, code };
      });
    };

    it.each(Object.entries(scenes))("%s", async (_, scene) => {
      const { aheadMs = 0, oneByOne, first, second, allowed, came } = scene;
      const draw = drawing(seed);
      const outcomes = new Map<string, number>();
      for (const worker of [workers[0], workers[2]]) await worker?.run("setAhead", aheadMs);
      const addresses = Array.from({ length: rounds }, (_, round) => `person-${round}@example.com`);
      const everybody = oneByOne ? [] : await signedUp(addresses);
      for (const [round, address] of addresses.entries()) {
        const about = everybody[round] ?? (await signedUp([address]))[0];
        if (about === undefined) throw new Error("Nobody signed up.");
        const answers = await together(workers, (n) => {
          const call = n % 2 === 0 ? first(about) : second(about);
          return [{ ...call, afterMs: draw() * apartMs }];
        });
        const [one = [], two = [], three = [], four = []] = answers;
        const rows = await expectWhole(database, crew.ledger.entries(), allowed);
        const outcome = came(about, heardIn([...one, ...three]), heardIn([...two, ...four]), rows);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      console.log(`${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ")} (seed ${seed})`);
      // Where one of them always wins there was no race.
      expect(outcomes.size).toBe(2);
      for (const worker of workers) await worker.run("setAhead", aheadMs);
      await bySecond([{ verb: "deliver", given: [] }]);
      expect(await expectWhole(database, crew.ledger.entries(), allowed)).toMatchObject({ messages: [], events: [] });
    });
  });
}
