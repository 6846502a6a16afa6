import type { Mail } from "../../src/ports.js";
import { createRegistrar } from "../../src/registrar/registrar.js";
import { type FixedClock, fixedClock } from "../../src/testing/clock.js";
import { median } from "../measure.js";
import { printTable } from "../table.js";
import { keys, newCaller, password } from "../world.js";
import { noHasher, openDoor } from "./crowd.js";
import type { Kept, Kind } from "./kept.js";
import { newAddress, someAccounts } from "./people.js";
import { timed } from "./timed.js";

/** What a call costs each time. */
interface Costs {
  readonly trips: number[];
  readonly micros: number[];
}

/** A store, and what each call of its registrar and each verb of its own has cost so far. */
interface Subject {
  readonly name: string;
  readonly kept: Kept;
  readonly calls: Map<string, Costs>;
  readonly verbs: Map<string, Costs>;
  onePerson(person: number): Promise<void>;
  manyMessages(): Promise<void>;
}

/** Prints the round trips and the time of each call, one after the other, on every store side by side. */
export async function benchVerbs(kinds: readonly Kind[], people: number): Promise<void> {
  const subjects = await Promise.all(kinds.map(async ({ name, open }) => subjectOf(name, await open(someAccounts))));
  for (let person = 0; person < people; person += 1) {
    if (person === people >> 3)
      for (const { calls, verbs } of subjects) for (const costs of [calls, verbs]) costs.clear();
    for (const subject of person % 2 === 0 ? subjects : subjects.toReversed()) await subject.onePerson(person);
  }
  for (let time = 0; time < people / 10; time += 1) for (const { manyMessages } of subjects) await manyMessages();
  report("a call of the registrar, one after the other: round trips, and median µs with all that it does", "calls");
  report("a verb of the store: round trips, and median µs", "verbs");
  for (const { kept } of subjects) await kept.drop();

  function report(title: string, of: "calls" | "verbs"): void {
    const names = [...(subjects[0]?.[of].keys() ?? [])].toSorted();
    const cell = (subject: Subject, name: string): string => {
      const { trips = [], micros = [] } = subject[of].get(name) ?? {};
      const [least, most] = [Math.min(...trips), Math.max(...trips)];
      return `${least === most ? least : `${least}-${most}`}: ${Math.round(median(micros)).toLocaleString("en")}`;
    };
    printTable(
      title,
      ["", ...subjects.map(({ name }) => name)],
      names.map((name) => [name, ...subjects.map((subject) => cell(subject, name))]),
    );
  }
}

function subjectOf(name: string, kept: Kept): Subject {
  const calls = new Map<string, Costs>();
  const verbs = new Map<string, Costs>();
  const note = (costs: Map<string, Costs>, what: string, trips: number, ms: number): void => {
    const known = costs.get(what) ?? { trips: [], micros: [] };
    costs.set(what, known);
    known.trips.push(trips);
    known.micros.push(ms * 1_000);
  };
  let counted = 0;
  const store = timed(kept.store, (verb, given, ms) => {
    note(verbs, nameOf(verb, given), kept.trips() - counted, ms);
    counted = kept.trips();
  });
  const letters = new Map<string, Mail>();
  const clock = fixedClock(Date.now());
  const registrar = registrarOf(store, letters, clock);

  async function call<T>(what: string, work: () => Promise<T>): Promise<T> {
    counted = kept.trips();
    const [before, begun] = [kept.trips(), performance.now()];
    const answer = await work();
    note(calls, what, kept.trips() - before, performance.now() - begun);
    return answer;
  }

  return {
    name,
    kept,
    calls,
    verbs,
    async onePerson(person) {
      const [email, from] = [newAddress(), newCaller()];
      const fields = { email, password, confirmation: password };
      const { ticket } = await call("start with all fields", () => registrar.start(fields, from));
      await call("status", () => registrar.status(ticket, from));
      await call("deliver one message", () => registrar.deliver());
      clock.advance(120_000);
      await call("resend", () => registrar.resend(ticket, from));
      await registrar.deliver();
      const { link = "", code } = letterTo(email);
      const token = link.slice(link.indexOf("#t=") + 3);
      const proved =
        person % 2 === 0
          ? await call("activate by link and ticket", () => registrar.activate(token, { ticket }, from))
          : await call("confirm by code", () => registrar.confirm(ticket, { code }, from));
      if (!proved.ok) throw new Error(`${email} was not activated.`);
      await registrar.deliver();
      await call("deliver nothing", () => registrar.deliver());
      await call("sign in", () => registrar.signIn({ identifier: email, password }, from));
    },
    async manyMessages() {
      for (let person = 0; person < 20; person += 1) {
        await registrar.start({ email: newAddress(), password, confirmation: password }, newCaller());
      }
      await call("deliver twenty messages", () => registrar.deliver());
    },
  };

  function letterTo(email: string) {
    const mail = letters.get(email);
    if (mail?.kind !== "activation") throw new Error(`No link came to ${email}.`);
    letters.delete(email);
    return mail;
  }
}

function registrarOf(store: Kept["store"], letters: Map<string, Mail>, clock: FixedClock) {
  const mailer = { send: async (mail: Mail) => void letters.set(mail.to, mail) };
  return createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] } },
    store,
    limiter: openDoor,
    hasher: noHasher,
    captcha: "none",
    keys,
    clock,
    delivery: "manual",
  });
}

/** A commit is one of three statements or transactions. */
function nameOf(verb: PropertyKey, [change]: readonly unknown[]): string {
  if (verb !== "commit" || typeof change !== "object" || change === null) return String(verb);
  if (Reflect.get(change, "base") === 0) return "commit: a new registration";
  return Reflect.get(change, "account") === undefined ? "commit: a changed one" : "commit: an activation";
}
