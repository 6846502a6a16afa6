import { expect } from "vitest";
import { PorchlightError, type Registrar, type Store } from "../../src/index.js";
import { testPorts } from "../../src/testing/index.js";
import type { OpenDatabase, Wiring } from "./worker-databases.js";
import { openDoor, tokenIn } from "./worker-house.js";
import type { Entry } from "./worker-ledger.js";
import { password } from "./worker-life.js";

const from = { ip: "192.0.2.7" };
const form = (email: string) => ({ email, password, confirmation: password });

/** One verb of a registrar, ready to be called: what it is about is there already. */
export interface Verb {
  readonly name: keyof Registrar;
  /** Whether it needs to write, and so fails where only reading is possible. */
  readonly writes: boolean;
  /** Resolves to whether the verb did what it is for. */
  call(): Promise<boolean>;
}

/** All but a store, in memory. */
export function plainWiring(): {
  readonly wiring: Wiring;
  readonly ports: ReturnType<typeof testPorts>;
  /** What the host was told of. */
  readonly told: readonly Entry[];
} {
  const told: Entry[] = [];
  const ports = testPorts();
  const { mailer, texter: _, store: __, limiter: ___, captcha: ____, ...others } = ports;
  const wiring: Wiring = {
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] },
    },
    captcha: "none",
    limiter: openDoor,
    onEvent: async (event) => void told.push({ by: "host", did: "tell", event }),
    ...others,
  };
  return { wiring, ports, told };
}

interface SignedUp {
  readonly address: string;
  readonly ticket: string;
  readonly link: string | undefined;
  readonly code: string;
}

/** How the verbs are got ready. */
export interface Preparation {
  /** Where the subjects sign up; the same database, else that of the verbs. */
  readonly signUpsBy?: OpenDatabase;
  /** Stands before the store of the verbs, once all is ready. */
  readonly watch?: <Tx>(store: Store<Tx>) => Store<Tx>;
}

/** A registrar over a database, a subject for each of its verbs, and what came out of it. */
export async function readyVerbs(
  database: OpenDatabase,
  { signUpsBy = database, watch = (store) => store }: Preparation = {},
): Promise<{
  readonly registrar: Registrar<"email", null>;
  readonly verbs: readonly Verb[];
  readonly ports: ReturnType<typeof testPorts>;
  readonly told: readonly Entry[];
  /** Somebody who waits for a proof, and is the subject of no verb. */
  readonly signedUp: SignedUp;
}> {
  const { wiring, ports, told } = plainWiring();
  const { mailer } = ports;
  const door = signUpsBy.registrar(wiring);
  const registrar = database.registrar({ ...wiring, watch });
  const signedUp = async (name: string): Promise<SignedUp> => {
    const address = `${name}@example.com`;
    const { ticket } = await door.start(form(address), from);
    await door.deliver();
    return { address, ticket, link: tokenIn(mailer.link(address)), code: mailer.code(address) };
  };

  const blank = await door.start({}, from);
  const changer = await signedUp("changer");
  const resender = await signedUp("resender");
  const confirmer = await signedUp("confirmer");
  const canceller = await signedUp("canceller");
  const looker = await signedUp("looker");
  const clicker = await signedUp("clicker");
  const knower = await signedUp("knower");
  const stranger = await signedUp("stranger");
  const member = await signedUp("member");
  const leaver = await signedUp("leaver");
  const activated = await door.confirm(member.ticket, { code: member.code }, from);
  const accountId = activated.ok ? activated.registration.accountId : "";
  const somebody = await signedUp("somebody");
  await door.start(form("waiter@example.com"), from);
  // Past the time between two messages.
  ports.clock.advance(61_000);

  const ok = async (answer: Promise<{ readonly ok: boolean }>) => (await answer).ok;
  const done = async (work: Promise<unknown>) => work.then(() => true);
  const verb = (name: Verb["name"], writes: boolean, call: Verb["call"]): Verb => ({ name, writes, call });
  const key = leaver.address;
  const verbs = [
    verb("start", true, () => ok(registrar.start(form("starter@example.com"), from))),
    verb("submit", true, () => ok(registrar.submit(blank.ticket, form("submitter@example.com"), from))),
    verb("change", true, () => ok(registrar.change(changer.ticket, { email: "changed@example.com" }, from))),
    verb("resend", true, () => ok(registrar.resend(resender.ticket, from))),
    verb("confirm", true, () => ok(registrar.confirm(confirmer.ticket, { code: confirmer.code }, from))),
    verb("cancel", true, () => ok(registrar.cancel(canceller.ticket, from))),
    verb("status", false, () => ok(registrar.status(looker.ticket, from))),
    verb("inspect", false, async () => (await registrar.inspect(looker.link, {}, from)).state === "ready"),
    verb("activate", true, () => ok(registrar.activate(clicker.link, { ticket: clicker.ticket }, from))),
    verb("activate", true, () => ok(registrar.activate(knower.link, { password }, from))),
    verb("disown", true, () => ok(registrar.disown(stranger.link, from))),
    verb("signIn", false, () => ok(registrar.signIn({ identifier: member.address, password }, from))),
    verb("setPassword", true, () => ok(registrar.setPassword(accountId, { password, confirmation: password }))),
    verb("account", false, async () => (await registrar.account(accountId))?.id === accountId),
    verb("ready", false, () => done(registrar.ready())),
    verb("deliver", true, () => done(registrar.deliver())),
    verb("purge", true, () => done(registrar.purge())),
    verb("erase", true, () => done(registrar.erase({ channel: "email", address: key, key }))),
  ];
  return { registrar, verbs, ports, told, signedUp: somebody };
}

/** What each verb came to, all called at once: its error, or whether its answer was good. */
async function outcomes(verbs: readonly Verb[]): Promise<readonly (readonly [string, unknown])[]> {
  return Promise.all(
    verbs.map(async ({ name, call }) => {
      const came = await call().then(
        (good) => (good ? "a good answer" : "a wrong answer"),
        (error: unknown) => error,
      );
      return [name, came] as const;
    }),
  );
}

/** Every one of them throws an error of ours, and like this. */
export async function expectThrown(verbs: readonly Verb[], like: object): Promise<void> {
  for (const [name, came] of await outcomes(verbs)) {
    expect(came, name).toBeInstanceOf(PorchlightError);
    expect(came, name).toMatchObject(like);
  }
}

/** One after the other: none has help from a connection that another has opened. */
export async function expectGood(verbs: readonly Verb[]): Promise<void> {
  for (const verb of verbs) expect(await outcomes([verb])).toEqual([[verb.name, "a good answer"]]);
}
