import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codesOf, email, form, from, type House, openHouse, password, signedUp } from "./house.js";
import { race } from "./race.js";
import type { Around } from "./recorded-ports.js";

/** Before and after each call of a port others may go first, as the seed chooses: for crowds that a {@link race} takes minutes with. */
const crowded = (seed: number): Around => {
  let drawn = seed;
  const pause = async () => {
    drawn = (drawn * 1_103_515_245 + 12_345) % 2_147_483_648;
    for (let turns = drawn % 5; turns > 0; turns -= 1) await undefined;
  };
  return async (_, go) => {
    await pause();
    const answer = await go();
    await pause();
    return answer;
  };
};

/** A house that is quiet until `disturb` is called, so that what comes before the race is told plainly. */
function houseWith(around: Around, choices: Parameters<typeof openHouse>[0] = {}) {
  let disturbed = false;
  const paid = { guesses: 0 };
  const counting: Around = async (call, go) => {
    const answer = await go();
    if (call.verb === "charge" && JSON.stringify(answer).includes('"paid":true')) paid.guesses += 1;
    return answer;
  };
  const house = openHouse(choices, {
    around: (call, go) => {
      if (!disturbed || call.verb === "outdated") return go();
      return around(call, () => counting(call, go));
    },
  });
  const disturb = (on: boolean) => {
    disturbed = on;
  };
  return { house, disturb, paid };
}

/** The host's own rows: its `owner` finds what its `insert` made a moment ago. */
function hostTable(): Parameters<typeof openHouse>[0] {
  const rows = new Map<string, { readonly accountId: string; readonly password: null }>();
  return {
    accounts: {
      owner: async (key) => rows.get(key) ?? null,
      insert: async (_, { id, identifier }) => {
        if (rows.has(identifier.key)) return "taken";
        rows.set(identifier.key, { accountId: id, password: null });
        return { accountId: id };
      },
    },
  };
}

const activations = ({ events }: House) => events.filter(({ type }) => type === "account.activated");
const seed = fc.integer({ min: 1, max: 2 ** 30 });

describe("one address under any interleaving", () => {
  const way = fc.constantFrom(
    "code",
    "link and ticket",
    "link and password",
    "wrong code",
    "disown",
    "cancel",
    "resend",
  );
  const stories = fc.array(fc.record({ who: fc.nat(2), way }), { minLength: 2, maxLength: 8 });

  it("belongs to one account, told once, and an own second click never hears that it is registered already", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), stories, async (scheduler, wanted) => {
        const clicks = race(scheduler);
        const house = openHouse({}, { around: clicks.around });
        const { registrar, ports } = house;
        const people = [await signedUp(house), await signedUp(house), await signedUp(house)];
        const click = async (who: number, how: string) => {
          const { ticket = "", code = "", link = "" } = people[who] ?? {};
          switch (how) {
            case "code":
              return registrar.confirm(ticket, { code }, from);
            case "link and ticket":
              return registrar.activate(link, { ticket }, from);
            case "link and password":
              return registrar.activate(link, { password }, from);
            case "wrong code":
              return registrar.confirm(ticket, { code: "12345" }, from);
            case "disown":
              return registrar.disown(link, from);
            case "cancel":
              return registrar.cancel(ticket, from);
            default:
              return registrar.resend(ticket, from);
          }
        };
        const answers = await clicks.run(
          wanted.map(
            ({ who, way: how }) =>
              () =>
                click(who, how),
          ),
        );
        await registrar.deliver();

        const account = await ports.store.accountByKey(email);
        const won = await Promise.all(people.map(({ ticket }) => registrar.status(ticket, from)));
        const winners = won.flatMap(({ registration }, who) => (registration.step === "activated" ? [who] : []));
        expect(winners.length).toBe(account === undefined ? 0 : 1);
        expect(activations(house).map(({ accountId }) => accountId)).toEqual(account ? [account.account.id] : []);
        const own = answers.filter((_, index) => winners.includes(wanted[index]?.who ?? -1));
        expect(own.flatMap(codesOf)).not.toContain("already_registered");
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ["here", () => ({})],
    ["in the host's own table", hostTable],
  ] as const)(
    "shows the winner's page, or a used link, to a second click on a registration, with accounts %s",
    async (_, choices) => {
      const ways = fc.shuffledSubarray(["code", "ticket", "password"], { minLength: 2, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), ways, async (scheduler, chosen) => {
          const clicks = race(scheduler);
          const house = openHouse(choices(), { around: clicks.around });
          const { registrar } = house;
          const { ticket, code, link } = await signedUp(house);
          const click = async (how: string) => {
            if (how !== "code") return registrar.activate(link, how === "ticket" ? { ticket } : { password }, from);
            return registrar.confirm(ticket, { code }, from);
          };
          const answers = await clicks.run(chosen.map((how) => () => click(how)));
          expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
          for (const answer of answers) {
            if (!("link" in answer)) expect(answer.registration.step).toBe("activated");
            else expect([answer.link, codesOf(answer)]).toEqual([{ state: "used" }, ["link_used"]]);
          }
        }),
        { numRuns: 100 },
      );
    },
  );
});

describe("one ticket handed in many times at once", () => {
  it("is one registration, one message and one event, whatever the other forms carried", async () => {
    const addresses = fc.array(fc.constantFrom("ada@example.com", "eve@example.com", "bob@example.com"), {
      minLength: 2,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), addresses, async (scheduler, wanted) => {
        const clicks = race(scheduler);
        const house = openHouse({}, { around: clicks.around });
        const { registrar, ports } = house;
        const { ticket } = await registrar.start({}, from);
        const submits = wanted.map((address) => () => registrar.submit(ticket, form("email", address), from));
        const answers = await clicks.run(submits);
        await registrar.deliver();
        expect(new Set(answers.map(({ ok, registration }) => JSON.stringify([ok, registration]))).size).toBe(1);
        expect(ports.mailer.sent).toHaveLength(1);
        expect(house.events.map(({ type }) => type)).toEqual(["registration.pending"]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a thousand at once", () => {
  it.each(["ticket", "password", "both"])(
    "activate one link by %s: one account, and nobody hears otherwise",
    async (by) => {
      await fc.assert(
        fc.asyncProperty(seed, async (drawn) => {
          const { house, disturb } = houseWith(crowded(drawn));
          const { registrar } = house;
          const { ticket, link } = await signedUp(house);
          const before = house.calls.length;
          const proofs =
            by === "ticket" ? [{ ticket }] : by === "password" ? [{ password }] : [{ ticket }, { password }];
          disturb(true);
          const answers = await Promise.all(
            Array.from({ length: 1_000 }, (_, index) =>
              registrar.activate(link, proofs[index % proofs.length] ?? {}, from),
            ),
          );
          disturb(false);
          const verified = house.calls.slice(before).filter(({ verb }) => verb === "verify");
          expect(verified.length).toBeLessThanOrEqual(5);
          await registrar.deliver();
          expect(activations(house)).toHaveLength(1);
          expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
          const refused = new Set(answers.flatMap(codesOf));
          // The sixth password at once is not looked at: it may be answered before the first has activated.
          expect([...refused].filter((code) => code !== "proof_wrong")).toEqual(["link_used"]);
          if (by === "ticket") expect([...refused]).toEqual(["link_used"]);
        }),
        { numRuns: 3 },
      );
    },
  );

  it("guess a code: at most five are looked at, the right one among them or not at all", async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.nat(999), async (drawn, right) => {
        const { house, disturb, paid } = houseWith(crowded(drawn));
        const { registrar } = house;
        const { ticket, code } = await signedUp(house);
        const guesses = Array.from({ length: 1_000 }, (_, index) => (index === right ? code : "12345"));
        disturb(true);
        const answers = await Promise.all(guesses.map((guess) => registrar.confirm(ticket, { code: guess }, from)));
        disturb(false);
        const activated = answers.filter(({ ok }) => ok).length;
        expect(paid.guesses).toBeLessThanOrEqual(5);
        expect(answers.filter((answer) => codesOf(answer).includes("code_wrong")).length).toBeLessThanOrEqual(4);
        const after = await registrar.confirm(ticket, { code }, from);
        expect(codesOf(after)).toEqual([activated === 1 ? "wrong_step" : "code_locked"]);
        await registrar.deliver();
        expect(activations(house)).toHaveLength(activated);
      }),
      { numRuns: 5 },
    );
  });

  it("guess a password at the link: at most five verifications, and the ticket still activates", async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (drawn) => {
        const { house, disturb } = houseWith(crowded(drawn));
        const { registrar } = house;
        const { ticket, link } = await signedUp(house);
        const before = house.calls.length;
        disturb(true);
        const answers = await Promise.all(
          Array.from({ length: 1_000 }, (_, index) =>
            registrar.activate(link, { password: `${password} ${index}` }, from),
          ),
        );
        disturb(false);
        expect(house.calls.slice(before).filter(({ verb }) => verb === "verify")).toHaveLength(5);
        expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(["proof_wrong"]));
        expect(codesOf(await registrar.activate(link, { password }, from))).toEqual(["proof_wrong"]);
        expect((await registrar.activate(link, { ticket }, from)).ok).toBe(true);
      }),
      { numRuns: 3 },
    );
  });
});
