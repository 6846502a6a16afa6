// The whole site: Porchlight's handler, the host's sessions, the page, and an outbox in place of real providers.

import { createChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { type Clock, createRegistrar, type Keys, type Mailer, type Registrar, type Texter } from "porchlight";
import { altchaCaptcha } from "porchlight/captcha/altcha";
import { argon2Hasher } from "porchlight/hasher/argon2";
import { createHandler } from "porchlight/http";
import { postgresLimiter } from "porchlight/limiter/postgres";
import { migrate, type PostgresClient, postgresStore } from "porchlight/store/postgres";
import { randomKeys } from "./keys.js";
import { serve } from "./node-server.js";
import { createOutbox, type Outbox, outboxStyle } from "./outbox.js";
import { memorySessions } from "./sessions.js";
import { readStatic } from "./static-files.js";

/** What differs between a start, a test and a host of its own. */
export interface SiteOptions {
  readonly database: PostgresClient;
  /** The folder of the built page. */
  readonly page: string;
  /** Where the site is reached, such as `http://localhost:3000`. */
  readonly origin: string;
  /** Real providers; without them the outbox takes what is sent. */
  readonly mailer?: Mailer | undefined;
  readonly texter?: Texter | undefined;
  /** Without them, what was sent opens nothing after a restart. */
  readonly keys?: Keys | undefined;
  readonly clock?: Clock | undefined;
}

export interface Site {
  readonly server: ReturnType<typeof serve>;
  readonly registrar: Registrar<"email" | "phone", null>;
  readonly outbox: Outbox;
}

const service = "Example";
/** Where text messages go: every country more is one more that an attacker can send them to at the host's cost. */
const countries: readonly [string, ...string[]] = [
  ...["GB", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CN", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HK"],
  ...["HR", "HU", "IE", "IN", "IS", "IT", "JP", "KR", "LI", "LT", "LU", "LV", "MO", "MT", "MX", "NL", "NO", "NZ", "PL"],
  ...["PT", "RO", "SE", "SG", "SI", "SK", "TW", "US", "ZA"],
] as const;
const pages: ReadonlySet<string> = new Set(["/", "/activate", "/sign-in", "/account"]);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export async function createSite({ database, page, origin, clock = Date, ...given }: SiteOptions): Promise<Site> {
  await migrate(database);
  const files = await readStatic(page);
  const outbox = createOutbox();
  const { mailer = outbox.mailer, texter = outbox.texter, keys = randomKeys() } = given;
  const captcha = altchaCaptcha({ createChallenge, verifySolution, deriveKey }, { secrets: [keys.pseudonym], clock });
  const registrar = createRegistrar({
    service,
    signInUrl: `${origin}/sign-in`,
    channels: {
      email: { mailer, activationUrl: `${origin}/activate#t={token}`, by: ["link", "code"] },
      phone: { texter, countries, smsPerDay: 1_000 },
    },
    store: postgresStore(database),
    limiter: postgresLimiter(database, { clock }),
    hasher: argon2Hasher(),
    captcha,
    keys,
    clock,
  });
  await registrar.ready();

  const sessions = memorySessions(() => clock.now());
  const callers = new WeakMap<Request, string>();
  const handle = createHandler(registrar, {
    caller: (request) => ({ ip: callers.get(request) }),
    origin,
    session: (accountId) => sessions.begin(accountId),
  });
  const server = serve((request, ip) => {
    if (ip !== undefined) callers.set(request, ip);
    return answer(request);
  });

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/registration/")) return handle(request);
    if (pathname === "/session/end" && request.method === "POST" && isOwn(request)) {
      return json({ account: null }, sessions.end(request));
    }
    if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405 });
    if (pathname === "/session") return json({ account: await accountOf(request) });
    if (pathname === "/site.json") return json({ service, countries, outbox: given.mailer ? null : "/outbox" });
    if (pathname === "/outbox" && !given.mailer) return html(outbox.page());
    if (pathname === "/outbox.css") return new Response(outboxStyle, { headers: { "Content-Type": "text/css" } });
    const file = files.get(pages.has(pathname) ? "/index.html" : pathname);
    if (file === undefined) return new Response("Not found", { status: 404 });
    if (pages.has(pathname)) return html(file.body);
    const keep = file.isHashed ? "public, max-age=31536000, immutable" : "no-cache";
    return new Response(file.body, { headers: { ...always, "Content-Type": file.type, "Cache-Control": keep } });
  }

  async function accountOf(request: Request): Promise<object | null> {
    const id = sessions.accountOf(request);
    const account = id === undefined ? undefined : await registrar.account(id);
    return account === undefined ? null : { address: account.identifier.address, since: account.activatedAt };
  }

  const isOwn = (request: Request): boolean =>
    (request.headers.get("sec-fetch-site") ?? "same-origin") === "same-origin" &&
    request.headers.get("origin") === origin;

  return { server, registrar, outbox };
}

const always = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };

function html(body: string | Uint8Array<ArrayBuffer>): Response {
  const headers = { ...always, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(body, { headers: { ...headers, "Content-Security-Policy": policy } });
}

function json(body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { headers: { ...always, "Cache-Control": "no-store", ...headers } });
}
