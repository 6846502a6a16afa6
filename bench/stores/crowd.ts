import type { Hasher, Limiter, Mail, Store } from "../../src/ports.js";
import { createRegistrar } from "../../src/registrar/registrar.js";
import type { Signal } from "../../src/signal.js";
import { keys, newCaller, password } from "../world.js";
import { newAddress } from "./people.js";

export const noHasher: Hasher = {
  hash: async () => "$none$",
  verify: async (_, typed) => typed === password,
  outdated: () => false,
};

/** Lets everybody pass, in whatever process. */
export const openDoor: Limiter = { hit: async () => ({ allowed: true, retryAfterSeconds: 0 }), clear: async () => {} };

/** People who sign up at one registrar, whose delivery is automatic as a host's is by default. */
export interface Crowd {
  /**
   * Lets so many people sign up at once, each followed by another, for so long; then waits until every message is out.
   * `micros` is what one complete sign-up took: the whole time, by how many `people` there were.
   */
  signUp(atOnce: number, ms: number): Promise<{ readonly micros: number; readonly people: number }>;
  close(): Promise<void>;
}

export function createCrowd(store: Store<never>): Crowd {
  const awaited = new Map<string, (link: string) => void>();
  const faults: Signal[] = [];
  let mails = 0;
  const mailer = {
    async send(mail: Mail): Promise<void> {
      mails += 1;
      if (mail.kind === "activation") awaited.get(mail.to)?.(mail.link ?? "");
    },
  };
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
    store,
    limiter: openDoor,
    hasher: noHasher,
    captcha: "none",
    keys,
    onSignal: (signal) => {
      if (signal.type === "fault") faults.push(signal);
    },
  });

  /** Waits for the mail as a person does: it comes when a pass of the delivery has taken it. */
  async function signUpOne(): Promise<void> {
    const email = newAddress();
    const from = newCaller();
    const comes = new Promise<string>((resolve) => awaited.set(email, resolve));
    const started = await registrar.start({ email, password, confirmation: password }, from);
    if (!started.ok) throw new Error(`${email} was refused.`);
    const link = await comes;
    awaited.delete(email);
    const { ticket } = started;
    const activated = await registrar.activate(link.slice(link.indexOf("#t=") + 3), { ticket }, from);
    if (!activated.ok) throw new Error(`${email} was not activated.`);
  }

  return {
    async signUp(atOnce, ms) {
      mails = 0;
      let people = 0;
      const begun = performance.now();
      const line = async () => {
        do {
          await signUpOne();
          people += 1;
        } while (performance.now() - begun < ms);
      };
      await Promise.all(Array.from({ length: atOnce }, line));
      await registrar.deliver();
      const took = performance.now() - begun;
      const [fault] = faults;
      if (fault) throw new Error("The delivery failed.", { cause: fault });
      if (mails !== 2 * people) throw new Error(`${people} sign-ups sent ${mails} mails.`);
      return { micros: (took * 1_000) / people, people };
    },
    close: () => registrar.close(),
  };
}
