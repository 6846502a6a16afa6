import { createKeyring } from "../../src/secrets/keyring.js";
import { openTicket } from "../../src/secrets/ticket.js";
import { type House, keys, kindOf, tokenIn } from "./worker-house.js";

/** A process at work: people who sign up, a delivery that runs, readers who click. */
export interface Life {
  /** Lets those who have begun come to an end, and closes the registrar. */
  end(): Promise<void>;
}

const from = { ip: "192.0.2.7" };
export const password = "harbour tulip nine cranes";
const form = (email: string) => ({ email, password, confirmation: password });
const peopleAtOnce = 4;

/** Numbers between 0 and 1 that a seed decides (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function live({ registrar, note, onLetter }: House, name: string, seed: number): Life {
  const draw = drawing(seed);
  const ring = createKeyring(keys);
  const under = new Set<Promise<unknown>>();
  let going = true;
  let born = 0;

  /** What a host's own page would do with a failure: say so, and let the visitor try again. */
  async function trying<T>(verb: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      note({ did: "throw", verb, ...kindOf(error) });
      // A database that is down is not asked ten thousand times a second.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return undefined;
    }
  }

  async function answered(answer: { readonly ticket: string; readonly registration: { readonly step: string } }) {
    const ticket = await openTicket(ring, answer.ticket);
    if (ticket?.kind === "pointer") note({ did: "answer", id: ticket.id, step: answer.registration.step });
  }

  async function person(): Promise<void> {
    born += 1;
    // Others are born before this one moves: an address of two people is taken for one of them.
    const own = `${name}-${born}`;
    const address = `${own}@example.com`;
    const way = draw();
    const blank = await trying("start", () => registrar.start({}, from));
    if (blank === undefined) return;
    const submit = async () => {
      const answer = await trying("submit", () => registrar.submit(blank.ticket, form(address), from));
      if (answer !== undefined) await answered(answer);
      return answer;
    };
    // Every tenth clicks twice; whoever heard of a failure tries again with the ticket that is still in hand.
    let [answer] = await Promise.all(way < 0.1 ? [submit(), submit()] : [submit()]);
    for (let tries = 0; answer === undefined && tries < 3 && going; tries += 1) answer = await submit();
    if (answer === undefined) return;
    const { ticket } = answer;
    if (way > 0.85) {
      const changed = await trying("change", () =>
        registrar.change(ticket, { email: `${own}-moved@example.com` }, from),
      );
      if (changed !== undefined) await answered(changed);
    } else if (way > 0.75) {
      const cancelled = await trying("cancel", () => registrar.cancel(ticket, from));
      if (cancelled !== undefined) await answered(cancelled);
    }
  }

  async function click(link: string): Promise<void> {
    const done = await trying("activate", () => registrar.activate(tokenIn(link), { password }, from));
    if (done?.ok) await answered(done);
  }

  const begin = (work: Promise<unknown>) => {
    const ended = work.finally(() => under.delete(ended));
    under.add(ended);
  };
  onLetter((letter) => {
    if (letter.kind === "activation" && letter.link !== undefined && draw() < 0.6) begin(click(letter.link));
  });
  const lane = async (work: () => Promise<unknown>) => {
    while (going) {
      await work();
      await new Promise(setImmediate);
    }
  };
  for (let lanes = 0; lanes < peopleAtOnce; lanes += 1) begin(lane(person));
  begin(lane(() => trying("deliver", registrar.deliver)));

  return {
    async end() {
      going = false;
      while (under.size > 0) await Promise.all(under);
      await registrar.close();
    },
  };
}
