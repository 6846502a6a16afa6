import { type Keys, type Letter, type Limiter, PorchlightError, type Registrar, type Store } from "../../src/index.js";
import { freeHasher } from "../../src/testing/free-hasher.js";
import { type Choices, type Kind, type OpenDatabase, openDatabase } from "./worker-databases.js";
import { ledgerOf } from "./worker-ledger.js";

/** What a worker is told when it starts. */
export interface HouseOptions extends Choices {
  readonly name: string;
  readonly kind: Kind;
  readonly url: string;
  /** The file that all of them write to. */
  readonly ledger: string;
  readonly hostRows?: boolean | undefined;
  /** How far its clock is ahead of the real one. */
  readonly aheadMs?: number | undefined;
}

export interface House {
  readonly database: OpenDatabase;
  readonly registrar: Registrar<"email", null>;
  readonly note: ReturnType<typeof ledgerOf>;
  setAhead(ms: number): void;
  /** Is handed each letter after it was sent. */
  onLetter(read: (letter: Letter) => void): void;
}

/** The keys of every worker, and of the test that reads their tickets. */
export const keys: Keys = {
  seal: "test",
  known: [{ id: "test", secret: new Uint8Array(32).fill(7) }],
  pseudonym: new Uint8Array(32).fill(9),
};

/** Lets everything pass, so that the store alone decides who wins. */
export const openDoor: Limiter = {
  hit: async () => ({ allowed: true, retryAfterSeconds: 0 }),
  clear: async () => {},
};

/** One process of a host app: a registrar over a shared database, everything that it does beside written down. */
export function openHouse(options: HouseOptions): House {
  const { name, kind, url, hostRows } = options;
  const database = openDatabase[kind](url, options);
  const note = ledgerOf(options.ledger, name);
  let ahead = options.aheadMs ?? 0;
  let read: (letter: Letter) => void = () => {};
  const clock = { now: () => Date.now() + ahead };
  const hasher = freeHasher();

  const registrar = database.registrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: {
        activationUrl: "https://app.example/activate#t={token}",
        by: ["link", "code"],
        mailer: {
          async send(letter) {
            const { id, to } = letter;
            const secrets = letter.kind === "activation" ? { link: tokenIn(letter.link), code: letter.code } : {};
            note({ did: "send", id, to, kind: letter.kind, at: clock.now(), ...secrets });
            read(letter);
          },
        },
      },
    },
    captcha: "none",
    limiter: openDoor,
    hasher: {
      ...hasher,
      verify(encoded, password) {
        note({ did: "verify" });
        return hasher.verify(encoded, password);
      },
    },
    keys,
    clock,
    rules: { linkLifeSeconds: 86_400 },
    delivery: "manual",
    onEvent: async (event) => note({ did: "tell", event }),
    onSignal(signal) {
      if (signal.type === "fault") note({ did: "throw", verb: "deliver", ...kindOf(signal.error) });
    },
    watch: noting(note),
    hostRows,
  });
  return {
    database,
    registrar,
    note,
    setAhead(ms) {
      ahead = ms;
    },
    onLetter(reader) {
      read = reader;
    },
  };
}

/** The token in a link, as a page would hand it over. */
export function tokenIn(link: string | undefined): string | undefined {
  return link?.slice(link.indexOf("#t=") + 3);
}

function noting(note: House["note"]): <Tx>(store: Store<Tx>) => Store<Tx> {
  return (store) => ({
    ...store,
    async commit(change) {
      const result = await store.commit(change);
      const { id, state } = change.registration;
      const outbox = change.outbox.map((outgoing) => `${outgoing.entry.kind} ${outgoing.id}`);
      if (result === "committed") note({ did: "commit", id, state, outbox });
      return result;
    },
    async settle(outcomes) {
      await store.settle(outcomes);
      const done = outcomes.filter(({ outcome }) => outcome !== "retry");
      if (done.length > 0) note({ did: "settle", outcomes: done.map(({ id, outcome }) => `${outcome} ${id}`) });
    },
  });
}

/** What is written of a failure; one that is none of ours is told by its words, for it is a bug. */
export function kindOf(error: unknown): { readonly code: string; readonly cause: string } {
  if (!(error instanceof PorchlightError)) return { code: "FOREIGN", cause: String(error) };
  const { cause } = error;
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;
  return { code: error.code, cause: typeof code === "string" || typeof code === "number" ? String(code) : "" };
}
