import type { Account, Metadata } from "../core/registration.js";
import type { Caller } from "../ports.js";
import type { Verb } from "../signal.js";
import type { Channel, Identifier } from "../values/identifier.js";
import { activate } from "./activate.js";
import { type Activation, type Answer, blankOpen, type LinkView, type Outcome } from "./answer.js";
import { call } from "./call.js";
import { checkOptions } from "./check-options.js";
import { confirm } from "./confirm.js";
import { about, type Context, createContext } from "./context.js";
import type { AddressFields, Fields } from "./fields.js";
import { cancel, status } from "./follow.js";
import { disown, inspect } from "./inspect.js";
import type { Options } from "./options.js";
import { fitsAsJson } from "./plain-json.js";
import { createPostman } from "./postman.js";
import { change, resend } from "./send.js";
import { createSignIn } from "./sign-in.js";
import { submit, submitOpen } from "./submit.js";
import { clearLimits, erase, purge, setPassword } from "./upkeep.js";

/**
 * Every step from "I typed an address" to "my account is active", and the sign-in after it.
 *
 * What a visitor can cause is a returned problem; what breaks is a thrown `PorchlightError`. Every value that comes
 * from a request is typed `unknown`: hand it over as it is.
 */
export interface Registrar<K extends Channel = Channel, P = unknown> {
  /** `start({}, from)` gives the ticket for an empty page; all fields at once are a one-page form. */
  start(fields: Fields<K>, from: Caller, metadata?: Metadata): Promise<Answer>;
  /** Takes what a page gave, beside what the ticket holds already. A ticket handed in twice is one sign-up. */
  submit(ticket: unknown, fields: Fields<K>, from: Caller): Promise<Answer>;
  /** Another address: a typo, or mail instead of a phone. What was sent before opens nothing any more. */
  change(ticket: unknown, fields: AddressFields<K>, from: Caller): Promise<Answer>;
  /** Sends again: the same code or link in the first half of its life, a new one later. */
  resend(ticket: unknown, from: Caller): Promise<Answer<"pending">>;
  /** Proves the address by its code. */
  confirm(ticket: unknown, fields: { readonly code?: unknown }, from: Caller): Promise<Answer<"activated">>;
  /** Ends the registration; the address is free. */
  cancel(ticket: unknown, from: Caller): Promise<Answer<"closed">>;
  /** Where it stands now. */
  status(ticket: unknown, from: Caller): Promise<Answer>;

  /** What a link is good for. Changes nothing: safe to GET. Says whether this browser's ticket will do. */
  inspect(link: unknown, proof: { readonly ticket?: unknown }, from: Caller): Promise<LinkView>;
  /**
   * Proves the address by its link and a proof. Belongs behind a POST. Works once: the second click of a double click
   * hears `link_used`, and a page that holds the ticket shows what `status` says.
   */
  activate(
    link: unknown,
    proof: { readonly ticket?: unknown; readonly password?: unknown },
    from: Caller,
  ): Promise<Activation>;
  /** "This was not me." Belongs behind a POST; the same answer whatever it did. */
  disown(link: unknown, from: Caller): Promise<Outcome>;

  /** Checks address and password; starts no session. `account` is absent where only the host's `owner` knows it. */
  signIn(
    fields: { readonly identifier?: unknown; readonly country?: unknown; readonly password?: unknown },
    from: Caller,
  ): Promise<Outcome<{ readonly accountId: string; readonly account?: Account<P> }>>;

  /** For the host's own reset page: the same rules, the same gate. Throws a TypeError where there is no such account. */
  setPassword(
    accountId: string,
    fields: { readonly password?: unknown; readonly confirmation?: unknown },
  ): Promise<Outcome>;
  account(accountId: string): Promise<Account<P> | undefined>;
  /** What the captcha offers a page; undefined where it needs nothing. */
  challenge(from: Caller): Promise<object | undefined>;
  /**
   * Resolves when the store and the limiter can be used; call it at start-up, so that a process with an old schema does
   * not start.
   *
   * @throws ERR_SCHEMA_OUTDATED, which names the command that migrates, with a missing table as the `name` of its cause;
   * ERR_STORE or ERR_LIMITER where one cannot be used
   */
  ready(): Promise<void>;
  /**
   * Sends all that is due; joins a pass that is running in this process. For cron, serverless and tests. Where the store
   * fails between sending and noting it, the next call notes it first, in the 90 seconds in which nobody else sends it.
   */
  deliver(): Promise<{ readonly sent: number; readonly retried: number; readonly failed: number }>;
  /** Deletes what has ended, and counters whose window is over; `deleted` counts registrations. Run it daily. */
  purge(): Promise<{ readonly deleted: number }>;
  /** Removes a person wholly: account, registrations, messages, counters. */
  erase(identifier: Identifier): Promise<void>;
  /** For support staff: gives an address its budgets back. */
  clearLimits(identifier: Identifier): Promise<void>;
  /**
   * Ends delivery: waits for the messages under way, and gives those that have not begun to the other processes. Takes
   * as long as a send, with the default time-outs at most 50 seconds.
   */
  close(): Promise<void>;
}

/**
 * Wires a registrar from its ports; throws at start-up where it could not work.
 *
 * @example
 * ```ts
 * import { createRegistrar } from "porchlight";
 * import { testPorts } from "porchlight/testing";
 * const { mailer, texter, ...ports } = testPorts();
 * const activationUrl = "https://app.example/activate#t={token}";
 * const registrar = createRegistrar({
 *   service: "Example", signInUrl: "https://app.example/login", channels: { email: { mailer, activationUrl } }, ...ports });
 * ```
 *
 * @throws TypeError that names every option that does not fit, and what would
 */
export function createRegistrar<K extends Channel, P = null, Tx = unknown>(options: Options<K, P, Tx>): Registrar<K, P>;
export function createRegistrar(options: Options<Channel, unknown, unknown>): Registrar<Channel, unknown> {
  const rules = checkOptions(options);
  const { delivery = "automatic", waitUntil } = options;
  const postman = createPostman(() => context, { automatic: delivery === "automatic", waitUntil });
  const context: Context = createContext(options, rules, postman.messagesWait);
  const { store, limiter, captcha } = context;
  const signIn = createSignIn(context);
  /** A visitor's call. */
  const visited = async <T>(verb: Verb, from: unknown, work: (context: Context, from: Caller) => Promise<T>) => {
    const caller = callerOf(from);
    return call(context, verb, caller, (named) => work(named, caller));
  };
  /** The host's own call. */
  const called = <T>(verb: Verb, work: (context: Context) => Promise<T>) => call(context, verb, undefined, work);
  return {
    async start(fields, from, metadata = {}) {
      if (!fitsAsJson(metadata, metadataBytes) || Object.values(metadata).some((word) => typeof word !== "string")) {
        throw new TypeError(`start: metadata holds texts, at most ${metadataBytes} bytes as JSON.`);
      }
      return visited("start", from, async (named, caller) => {
        const open = blankOpen(named, caller, metadata);
        named.tell({ type: "started", ...about(open) });
        return submitOpen(named, open, fields, caller);
      });
    },
    submit: (ticket, fields, from) => visited("submit", from, (named, caller) => submit(named, ticket, fields, caller)),
    change: (ticket, fields, from) => visited("change", from, (named, caller) => change(named, ticket, fields, caller)),
    resend: (ticket, from) => visited("resend", from, (named, caller) => resend(named, ticket, caller)),
    confirm: (ticket, fields, from) =>
      visited("confirm", from, (named, caller) => confirm(named, ticket, fields, caller)),
    cancel: (ticket, from) => visited("cancel", from, (named, caller) => cancel(named, ticket, caller)),
    status: (ticket, from) => visited("status", from, (named, caller) => status(named, ticket, caller)),
    inspect: (link, proof, from) => visited("inspect", from, (named) => inspect(named, link, proof)),
    activate: (link, proof, from) => visited("activate", from, (named) => activate(named, link, proof)),
    disown: (link, from) => visited("disown", from, (named) => disown(named, link)),
    signIn: (fields, from) => visited("signIn", from, (named, caller) => signIn(named, fields, caller)),
    setPassword: (accountId, fields) => called("setPassword", (named) => setPassword(named, accountId, fields)),
    account: (accountId) => called("account", () => store.account(accountId)),
    challenge: (from) => visited("challenge", from, async () => captcha?.challenge?.()),
    ready: () =>
      called("ready", async () => {
        await store.ready?.();
        await limiter.ready?.();
      }),
    deliver: () => called("deliver", postman.deliver),
    purge: () => called("purge", purge),
    erase: (identifier) => called("erase", (named) => erase(named, identifier)),
    clearLimits: (identifier) => called("clearLimits", (named) => clearLimits(named, identifier)),
    close: postman.close,
  };
}

const metadataBytes = 512;

/** A call without a caller is a host's slip, and a loud one: limits would count for nobody. */
function callerOf(from: unknown): Caller {
  if (typeof from === "object" && from !== null && "ip" in from) {
    const { ip } = from;
    const locale: unknown = Reflect.get(from, "locale");
    return { ip: typeof ip === "string" ? ip : undefined, locale: typeof locale === "string" ? locale : undefined };
  }
  throw new TypeError("from: say who calls, as { ip, locale }; ip may be undefined.");
}
