import type { Registrar } from "../../src/index.js";
import { type House, kindOf } from "./worker-house.js";
import { type Life, live } from "./worker-life.js";

/** One call of a registrar's verb; `afterMs` it waits, to a fraction of a millisecond. */
export interface Call {
  readonly verb: keyof Registrar;
  readonly given: readonly unknown[];
  readonly afterMs?: number;
}

/** What a call came to: the parts of any verb's answer that tests look at, or the kind of its failure. */
export interface Answered {
  readonly ok?: boolean;
  readonly ticket?: string;
  readonly registration?: { readonly step: string };
  readonly problems?: readonly { readonly code: string }[];
  readonly link?: { readonly state: string };
  readonly sent?: number;
  readonly accountId?: string;
  readonly threw?: { readonly code: string; readonly cause: string };
}

/** What a worker does when it is told to: the input of each job, and its output. */
export interface Jobs {
  /** Opens all its connections, and names them as the server does. */
  readonly warm: [null, readonly number[]];
  readonly migrate: [null, null];
  /** All at once, begun in the same instant of the machine's clock as in the other workers. */
  readonly calls: [{ readonly startAt: number; readonly calls: readonly Call[] }, readonly Answered[]];
  readonly setAhead: [number, null];
  /** Begins a life, from a seed. */
  readonly live: [number, null];
  /** Ends the life, or a worker that had none. */
  readonly end: [null, null];
}

export interface Request {
  readonly id: number;
  readonly job: keyof Jobs;
  readonly input: unknown;
}

export type Reply = { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: string };

type Handlers = { readonly [J in keyof Jobs]: (input: Jobs[J][0]) => Promise<Jobs[J][1]> };

export function workerJobs(house: House, name: string): Handlers {
  const { registrar, database } = house;
  let life: Life | undefined;

  async function call({ verb, given, afterMs = 0 }: Call, startAt: number): Promise<Answered> {
    await instant(startAt + afterMs);
    try {
      // What answers nothing is written as an empty answer: a message carries no undefined.
      return (await Reflect.apply(registrar[verb], registrar, given)) ?? {};
    } catch (error) {
      return { threw: kindOf(error) };
    }
  }

  return {
    warm: () => database.warm(),
    async migrate() {
      await database.migrate();
      return null;
    },
    calls: ({ startAt, calls }) => Promise.all(calls.map((one) => call(one, startAt))),
    async setAhead(ms) {
      house.setAhead(ms);
      return null;
    },
    async live(seed) {
      life = live(house, name, seed);
      return null;
    },
    async end() {
      await (life ?? { end: () => registrar.close() }).end();
      await database.close();
      return null;
    },
  };
}

/** A timer is a millisecond wide; the last of it is waited for turn by turn. */
async function instant(at: number): Promise<void> {
  const left = () => at - (performance.timeOrigin + performance.now());
  if (left() > 2) await new Promise((resolve) => setTimeout(resolve, left() - 2));
  while (left() > 0) await new Promise(setImmediate);
}
