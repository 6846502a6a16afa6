import type { Limiter, Store } from "../src/ports.js";
import { memoryStore } from "../src/store/memory.js";
import { median } from "./measure.js";
import { createWorld, roomyLimiter } from "./world.js";

/** How often one sign-up does each thing, and how long it waits for the two ports that are ours. */
export type Counts = Readonly<Record<CountName, number>>;

type CountName =
  | "seals"
  | "opens"
  | "hmacs"
  | "letters"
  | "draws"
  | "commits"
  | "mails"
  | "storeCalls"
  | "storeMicros"
  | "limiterCalls"
  | "limiterMicros";

const none: Counts = {
  seals: 0,
  opens: 0,
  hmacs: 0,
  letters: 0,
  draws: 0,
  commits: 0,
  mails: 0,
  storeCalls: 0,
  storeMicros: 0,
  limiterCalls: 0,
  limiterMicros: 0,
};

const nodeCrypto = process.getBuiltinModule("node:crypto");

/**
 * Counts while people sign up, one after the other, and calls `afterEach`, uncounted, after each.
 *
 * Ports are wrapped; what lies inside is counted where it reaches the platform: one `createCipheriv` is a ticket
 * sealed, one `createDecipheriv` a ticket opened, one `createHmac` of SHA-256 a pseudonym, code or token, 16
 * bytes of `getRandomValues` an id, a nonce or the IV of a ticket. A letter asks for the host's own words once. The figures are for one sign-up; `micros` is its median.
 */
export async function countSignUps(
  people: number,
  afterEach: (person: number) => Promise<void>,
): Promise<{ readonly counts: Counts; readonly micros: number }> {
  const tally = { ...none };
  let watching = false;
  const count = (name: CountName, by = 1): void => {
    if (watching) tally[name] += by;
  };
  const timed = (kind: "store" | "limiter") => async (work: () => unknown) => {
    const before = performance.now();
    const answer = await work();
    count(`${kind}Micros`, (performance.now() - before) * 1_000);
    count(`${kind}Calls`);
    return answer;
  };
  const messages = {
    get en() {
      count("letters");
      return {};
    },
  };
  const store = wrapped<Store<undefined>>(memoryStore(), timed("store"), (name) => {
    if (name === "commit") count("commits");
  });
  const world = createWorld({ store, limiter: wrapped<Limiter>(roomyLimiter(), timed("limiter")), messages });
  const undo = [
    counting(nodeCrypto, "createCipheriv", () => count("seals")),
    counting(nodeCrypto, "createDecipheriv", () => count("opens")),
    counting(crypto, "getRandomValues", ([bytes]) =>
      count("draws", ArrayBuffer.isView(bytes) ? bytes.byteLength / 16 : 1),
    ),
    counting(nodeCrypto, "createHmac", ([algorithm]) => count("hmacs", algorithm === "sha256" ? 1 : 0)),
  ];
  for (let person = 0; person < people; person += 1) await world.signUp();

  const took: number[] = [];
  const mailsBefore = world.mailsSent();
  for (let person = 0; person < people; person += 1) {
    watching = true;
    const before = performance.now();
    await world.signUp();
    took.push((performance.now() - before) * 1_000);
    watching = false;
    await afterEach(person);
  }
  for (const stop of undo) stop();
  tally.mails = world.mailsSent() - mailsBefore;
  for (const [name, total] of Object.entries(tally)) Reflect.set(tally, name, total / people);
  return { counts: tally, micros: median(took) };
}

/** The same port, each of whose calls goes through `around`. */
function wrapped<Port extends object>(
  port: Port,
  around: (work: () => unknown) => Promise<unknown>,
  called: (name: PropertyKey) => void = () => {},
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...given: readonly unknown[]) => {
        called(name);
        return around(() => Reflect.apply(member, target, given));
      };
    },
  });
}

/** Counts the calls of one of the platform's functions, and gives back how to stop. */
function counting(owner: object, name: string, count: (given: readonly unknown[]) => void): () => void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new Error(`There is no ${name} to count.`);
  const inherited = !Object.hasOwn(owner, name);
  const apply = (self: unknown, given: readonly unknown[]): unknown => {
    count(given);
    return Reflect.apply(original, self, given);
  };
  const value = new Proxy(original, { apply: (_, self: unknown, given) => apply(self, given) });
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (inherited) Reflect.deleteProperty(owner, name);
    else Reflect.set(owner, name, original);
  };
}
