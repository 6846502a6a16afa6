import { addressOf, newAddress } from "../stores/people.js";
import { newCaller, password } from "../world.js";
import { fillEnded } from "./fill.js";
import type { House } from "./house.js";

/** What is measured: `times` of it in one turn, one after the other, after what is prepared without being counted. */
export interface Operation {
  readonly name: string;
  readonly times: number;
  prepare(house: House): Promise<void>;
  run(house: House): Promise<void>;
}

const batch = 1_000;
const pass = 20;

export const operations: readonly Operation[] = [
  {
    name: "a sign-up: start, a delivery pass (its mail, the notice of the one before), activate",
    times: 20,
    prepare: signUp,
    run: signUp,
  },
  {
    name: "a sign-in of anybody",
    times: 40,
    prepare: async () => {},
    async run({ registrar, accounts }) {
      const identifier = addressOf(1 + Math.floor(Math.random() * accounts));
      const answer = await registrar.signIn({ identifier, password }, newCaller());
      if (!answer.ok) throw new Error(`${identifier} was not signed in.`);
    },
  },
  {
    name: `a delivery pass of ${pass} due messages`,
    times: 1,
    async prepare(house) {
      await house.registrar.deliver();
      for (let n = 0; n < pass; n += 1) await start(house, newAddress());
    },
    async run({ registrar }) {
      const { sent } = await registrar.deliver();
      if (sent !== pass) throw new Error(`${sent} messages were sent.`);
    },
  },
  {
    name: `a purge batch of ${batch.toLocaleString("en")} ended registrations`,
    times: 1,
    async prepare({ pool, clock }) {
      // As many come as go. The oldest go first: with many there, those of a year ago, long since out of the memory.
      await pool.query(fillEnded(batch, clock.now()));
      await pool.query("vacuum (index_cleanup on) porchlight_registration");
    },
    async run({ store, clock }) {
      const deleted = await store.purge(clock.now(), batch);
      if (deleted !== batch) throw new Error(`${deleted} registrations were deleted.`);
    },
  },
];

async function start({ registrar, clock }: House, email: string): Promise<string> {
  clock.advance(1);
  const started = await registrar.start({ email, password, confirmation: password }, newCaller());
  if (!started.ok) throw new Error(`${email} was refused.`);
  return started.ticket;
}

async function signUp(house: House): Promise<void> {
  const email = newAddress();
  const ticket = await start(house, email);
  await house.registrar.deliver();
  const link = house.linkTo(email);
  const activated = await house.registrar.activate(link.slice(link.indexOf("#t=") + 3), { ticket }, newCaller());
  if (!activated.ok) throw new Error(`${email} was not activated.`);
}
