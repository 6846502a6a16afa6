import { memoryLimiter } from "../src/limiter/memory.js";
import type { Messages } from "../src/messages/compose.js";
import type { Hasher, Limiter, Mailer, Store } from "../src/ports.js";
import { createRegistrar, type Registrar } from "../src/registrar/registrar.js";
import type { Keys } from "../src/secrets/keyring.js";
import { memoryStore } from "../src/store/memory.js";
import type { OtelTelemetry } from "../src/telemetry/otel.js";

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
export const keys: Keys = { seal: "k1", known: [{ id: "k1", secret: random() }], pseudonym: random() };
export const password = "harbour tulip nine cranes";

/** Costs nothing at all: what is left is Porchlight's own work. */
const noHasher: Hasher = {
  hash: async () => "$none$",
  verify: async (_, typed) => typed === password,
  outdated: () => false,
};

/** Lets everybody pass, to show what a limiter costs. */
export const noLimiter: Limiter = {
  hit: async () => ({ allowed: true, retryAfterSeconds: 0 }),
  clear: async () => {},
  singleProcess: true,
};

/** A limiter with room for every key of a whole run; a full one would refuse new callers. */
export const roomyLimiter = (): Limiter => memoryLimiter({ maxKeys: 100_000_000 });

/** What may stand in for the ports of a world. */
interface Parts {
  readonly store?: Store<undefined>;
  readonly limiter?: Limiter;
  readonly messages?: Messages;
  /** About every port and every verb. */
  readonly telemetry?: OtelTelemetry;
}

/** A registrar in memory, with people who have never been here: each has an address and a caller of their own. */
export interface World {
  readonly registrar: Registrar<"email", null>;
  /** One person from an empty page to an active account; mails are delivered on the way. */
  signUp(): Promise<string>;
  mailsSent(): number;
  /** That of the newest link. */
  newestToken(): string;
}

/** Another caller each time, so that no budget ever refuses. */
export function newCaller(): { readonly ip: string; readonly locale: string } {
  callers += 1;
  return { ip: `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`, locale: "en" };
}
let callers = 0;
let people = 0;

export function createWorld(parts: Parts = {}): World {
  const { store = memoryStore(), limiter = roomyLimiter(), messages, telemetry } = parts;
  let link = "";
  let mails = 0;
  const mailer: Mailer = {
    async send(mail) {
      mails += 1;
      if (mail.kind === "activation") link = mail.link ?? "";
    },
  };
  const activationUrl = "https://app.example/activate#t={token}";
  const bare = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer: telemetry?.mailer(mailer) ?? mailer, activationUrl } },
    store: telemetry?.store(store) ?? store,
    limiter: telemetry?.limiter(limiter) ?? limiter,
    hasher: telemetry?.hasher(noHasher) ?? noHasher,
    captcha: "none",
    keys,
    delivery: "manual",
    messages,
    onSignal: telemetry?.onSignal,
  });
  const registrar = telemetry?.registrar(bare) ?? bare;
  const newestToken = (): string => link.slice(link.indexOf("#t=") + 3);
  return {
    registrar,
    mailsSent: () => mails,
    newestToken,
    async signUp() {
      people += 1;
      const email = `person${people}@example.com`;
      const from = newCaller();
      const { ticket } = await registrar.start({ email, password, confirmation: password }, from);
      // The notice of the sign-up before goes out in this pass too: each pays for two mails.
      await registrar.deliver();
      const activated = await registrar.activate(newestToken(), { ticket }, from);
      if (!activated.ok) throw new Error(`${email} was not activated.`);
      return email;
    },
  };
}
