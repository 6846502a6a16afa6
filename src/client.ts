import type { Problem } from "./core/problem.js";
import type { Step } from "./core/registration.js";
import type { View } from "./core/view.js";

export type { View } from "./core/view.js";
export { type EmailFacts, parseEmail } from "./values/email.js";
export { checkPassword, type PasswordFacts } from "./values/password.js";

/** What a page gives, as its fields hold it. */
export interface PageFields extends AddressFields {
  readonly password?: string;
  readonly confirmation?: string;
  readonly captcha?: string;
  readonly profile?: unknown;
  readonly consents?: Readonly<Record<string, string>>;
}

/** One address: mail, or a phone with the country of a national number (ISO 3166-1). */
export interface AddressFields {
  readonly email?: string;
  readonly phone?: string;
  readonly country?: string;
}

/** What a link is good for. */
export type LinkView =
  | {
      readonly state: "ready";
      readonly proof: "none" | "ticket" | "password";
      readonly masked: string;
      readonly expiresAt: number;
    }
  | { readonly state: "invalid" | "expired" | "used" };

/** A problem with its words, in the visitor's language. Those of the request itself (`not_found`) have no facts. */
export type WordedProblem = (Problem | { readonly code: string; readonly field?: string; readonly facts: object }) & {
  readonly detail: string;
};

/** What went well; or all that did not, and the page that the visitor is on. */
export type Reply<T> =
  | ({ readonly ok: true } & T)
  | {
      readonly ok: false;
      readonly status: number;
      readonly problems: readonly WordedProblem[];
      readonly retryAfterSeconds?: number;
      readonly registration?: View;
      readonly link?: LinkView;
    };

/** The page to show. */
export interface Page<S extends Step = Step> {
  readonly registration: View<S>;
}

/**
 * The verbs of a handler whose tickets travel in cookies.
 *
 * A refusal is an answer. What never arrives rejects, with the platform's own error (`TypeError` of `fetch`), and so does
 * an answer that is not the handler's, with a TypeError.
 */
export interface Client {
  start(fields: PageFields): Promise<Reply<Page>>;
  submit(fields: PageFields): Promise<Reply<Page>>;
  change(fields: AddressFields): Promise<Reply<Page>>;
  resend(): Promise<Reply<Page<"pending">>>;
  confirm(code: string): Promise<Reply<Page<"activated">>>;
  cancel(): Promise<Reply<Page<"closed">>>;
  /** Where this browser's sign-up stands; a new one, empty, where it has none. */
  status(): Promise<Reply<Page>>;
  inspect(token: string): Promise<Reply<{ readonly link: LinkView }>>;
  activate(token: string, password?: string): Promise<Reply<Page<"activated">>>;
  disown(token: string): Promise<Reply<unknown>>;
  signIn(fields: {
    readonly identifier: string;
    readonly country?: string;
    readonly password: string;
  }): Promise<Reply<{ readonly accountId: string }>>;
  /** Where the captcha's widget asks for its challenge. */
  readonly challengeUrl: string;
  /**
   * Asks for the status every three seconds while the page is seen, and tells `seen` of each that differs, until the sign-up
   * is activated or closed. Gives what ends it.
   */
  follow(seen: (registration: View) => void): () => void;
}

/** `locale` is sent as Accept-Language; it is asked before each call, so that a page may switch. */
export interface ClientOptions {
  readonly basePath?: string | undefined;
  readonly locale?: (() => string) | undefined;
  readonly fetch?: typeof fetch | undefined;
}

const followMs = 3_000;

/**
 * Calls a handler of `porchlight/http` from the site's own pages.
 *
 * @example
 * ```ts
 * import { createClient } from "porchlight/client";
 * const client = createClient({ locale: () => "de" });
 * client.challengeUrl; // "/registration/challenge"
 * ```
 */
export function createClient({ basePath = "/registration", locale, fetch: ask }: ClientOptions = {}): Client {
  async function call(verb: string, body: object): Promise<Heard> {
    const response = await (ask ?? fetch)(`${basePath}/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(locale && { "Accept-Language": locale() }) },
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
    // What a proxy says in place of the handler is a page, as a rule.
    if (!/json/.test(response.headers.get("content-type") ?? "")) {
      throw new TypeError(`${verb} was answered with ${response.status}, and no JSON.`);
    }
    return { response, text: await response.text() };
  }

  // What the handler answers is checked against its description where it is made; here it is believed.
  async function page<S extends Step>(verb: string, body: object = {}): Promise<Reply<Page<S>>> {
    const { response, text } = await call(verb, body);
    if (!response.ok) return refusal(response, text);
    const { registration }: Page<S> = JSON.parse(text);
    return { ok: true, registration };
  }

  return {
    start: (fields) => page("start", fields),
    submit: (fields) => page("submit", fields),
    change: (fields) => page("change", fields),
    resend: () => page("resend"),
    confirm: (code) => page("confirm", { code }),
    cancel: () => page("cancel"),
    status: () => page("status"),
    async inspect(token) {
      const { response, text } = await call("inspect", { token });
      if (!response.ok) return refusal(response, text);
      const link: LinkView = JSON.parse(text);
      return { ok: true, link };
    },
    activate: (token, password) => page("activate", { token, ...(password !== undefined && { password }) }),
    async disown(token) {
      const { response, text } = await call("disown", { token });
      return response.ok ? { ok: true } : refusal(response, text);
    },
    async signIn(fields) {
      const { response, text } = await call("sign-in", fields);
      if (!response.ok) return refusal(response, text);
      const { accountId }: { readonly accountId: string } = JSON.parse(text);
      return { ok: true, accountId };
    },
    challengeUrl: `${basePath}/challenge`,
    follow: (seen) => follow(() => page("status"), seen),
  };
}

interface Heard {
  readonly response: Response;
  readonly text: string;
}

type Refusal = Extract<Reply<unknown>, { readonly ok: false }>;

function refusal(response: Response, text: string): Refusal {
  const { problems, registration, link }: Omit<Refusal, "ok"> = JSON.parse(text);
  const wait = response.headers.get("retry-after");
  return {
    ok: false,
    status: response.status,
    problems,
    ...(wait !== null && { retryAfterSeconds: Number(wait) }),
    ...(registration && { registration }),
    ...(link && { link }),
  };
}

/** Of a browser's document, whether anybody sees it; elsewhere there is none. */
interface Sight {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", heard: () => void): void;
  removeEventListener(type: "visibilitychange", heard: () => void): void;
}

function sight(): Sight | undefined {
  const document: unknown = Reflect.get(globalThis, "document");
  return isSight(document) ? document : undefined;
}

function isSight(document: unknown): document is Sight {
  return typeof document === "object" && document !== null && "hidden" in document && "addEventListener" in document;
}

/** One question at a time; a page that nobody sees asks none, and one that is seen again asks at once. */
function follow(status: () => Promise<Reply<Page>>, seen: (registration: View) => void): () => void {
  const document = sight();
  let last = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function look(): Promise<void> {
    clearTimeout(timer);
    if (ended) return;
    // What does not arrive is asked for again: the visitor may be in a tunnel.
    const reply = await status().catch(() => undefined);
    if (ended) return;
    if (reply?.registration) tell(reply.registration);
    if (!ended && !document?.hidden) timer = setTimeout(look, followMs);
  }

  function tell(registration: View): void {
    const { step } = registration;
    const now = JSON.stringify(
      step === "pending" ? { ...registration, message: { ...registration.message, now: 0 } } : registration,
    );
    if (now === last) return;
    last = now;
    if (step === "activated" || step === "closed") stop();
    seen(registration);
  }

  function stop(): void {
    ended = true;
    clearTimeout(timer);
    document?.removeEventListener("visibilitychange", look);
  }

  document?.addEventListener("visibilitychange", look);
  timer = setTimeout(look, followMs);
  return stop;
}
