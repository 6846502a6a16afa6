import type { Metadata } from "../core/registration.js";
import { PorchlightError } from "../errors.js";
import type { Caller } from "../ports.js";
import { openApi } from "./openapi.js";
import { type Plain, refusal, rejection, type Wording } from "./problem-answer.js";
import { RequestError, readJson } from "./read-body.js";
import { requireSameOrigin } from "./same-origin.js";
import { readTicketCookie, ticketCookie } from "./ticket-cookie.js";
import { isVerb, type Reply, type Served, verbs } from "./verbs.js";

/** A `Set-Cookie` for the most part; several of them in `Headers`. */
export type SessionHeaders = Headers | Readonly<Record<string, string>>;

/** What the host decides of the HTTP side. */
export interface HandlerOptions {
  /**
   * Who calls. Give the address that your server or your proxy vouches for, never a header that anybody can set; where
   * `locale` is left out, the request's Accept-Language speaks.
   */
  readonly caller: (request: Request) => Caller;
  /** Where the routes are, without a slash at its end. Default `/registration`. */
  readonly basePath?: string | undefined;
  /**
   * `"cookie"` (default): for browsers, in a cookie that no script reads. `"body"`: for native applications, which keep it
   * themselves.
   */
  readonly ticket?: "cookie" | "body" | undefined;
  /** The site's own origin, such as `https://app.example`. Default: that of each request's URL; say it behind a proxy. */
  readonly origin?: string | undefined;
  /** The host's own words for a new sign-up: invitation, tenant, where to go next. */
  readonly metadata?: ((request: Request) => Metadata) | undefined;
  /**
   * Begins the host's session, by the headers that it gives (a `Set-Cookie`). Called after a sign-in, and after an
   * activation by code, ticket or password, never after one by a bare link.
   */
  readonly session?: ((accountId: string, request: Request) => SessionHeaders | Promise<SessionHeaders>) | undefined;
  /**
   * Hears what was thrown; the visitor hears only that it did not work. Default: `console.error` of the error alone, for
   * the request carries a ticket, and maybe a password.
   */
  readonly onError?: ((error: unknown, request: Request) => void) | undefined;
}

/**
 * Serves a registrar over HTTP: a Web-standard `Request` in, a `Response` out, on any framework or none.
 *
 * Every verb is a POST of JSON to `{basePath}/{verb}`; `challenge` and `openapi.json` are GETs. Nothing is changed by a GET,
 * and nothing that another site sends is heard. A refusal is a problem of RFC 9457 in the visitor's language.
 *
 * @example
 * ```ts
 * import { createRegistrar } from "porchlight";
 * import { createHandler } from "porchlight/http";
 * declare const registrar: ReturnType<typeof createRegistrar>;
 * const handle = createHandler(registrar, { caller: () => ({ ip: "192.0.2.1" }) });
 * const response = await handle(new Request("https://app.example/registration/openapi.json"));
 * ```
 *
 * @throws TypeError for a `basePath` or an `origin` that cannot be one
 */
export function createHandler(registrar: Served, options: HandlerOptions): (request: Request) => Promise<Response> {
  const { basePath = "/registration", ticket: carrier = "cookie", origin, onError = logError } = options;
  if (!/^(\/[\w.~-]+)*$/.test(basePath))
    throw new TypeError('basePath: such as "/registration", without a slash at its end.');
  if (origin !== undefined && !isOrigin(origin)) throw new TypeError('origin: such as "https://app.example".');
  const description = openApi({ basePath, ticket: carrier });
  const about = `${basePath}/openapi.json`;

  async function answer(request: Request, wording: (wording: Wording) => void): Promise<Response> {
    const url = new URL(request.url);
    const from = callerOf(request);
    const worded = { locale: from.locale, about };
    wording(worded);
    const path = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length + 1) : "";
    if (path === "openapi.json" || path === "challenge") {
      requireMethod(request, ["GET", "HEAD"]);
      const body = path === "challenge" ? await registrar.challenge(from) : description;
      return toResponse(body === undefined ? { status: 204, body: {} } : { status: 200, body });
    }
    if (!isVerb(path)) throw new RequestError("not_found");
    requireMethod(request, ["POST"]);
    requireSameOrigin(request, origin ?? url.origin, carrier);
    const body = await readJson(request);
    const ticket = carrier === "cookie" ? readTicketCookie(request.headers.get("cookie")) : fieldOf(body, "ticket");
    const begins = path === "start" || (path === "status" && ticket === undefined);
    const metadata = begins ? options.metadata?.(request) : undefined;
    const reply = await verbs[path].run(body, { registrar, ticket, from, metadata });
    return respond(reply, worded, request);
  }

  function callerOf(request: Request): Caller {
    const { ip, locale } = options.caller(request);
    return { ip, locale: locale ?? request.headers.get("accept-language") ?? undefined };
  }

  async function respond(reply: Reply, wording: Wording, request: Request): Promise<Response> {
    const { ticket } = reply;
    const carried = ticket !== undefined && carrier === "body" ? { ticket: ticket.sealed } : {};
    const plain = reply.ok
      ? { status: 200, body: { ...reply.body, ...carried } }
      : refusal(reply.problems, { ...reply.rest, ...carried }, wording);
    const response = toResponse(plain);
    if (ticket !== undefined && carrier === "cookie") {
      response.headers.append("Set-Cookie", ticketCookie(ticket.sealed, ticket.seconds));
    }
    if (reply.ok && reply.accountId !== undefined && options.session !== undefined) {
      const session = new Headers(await options.session(reply.accountId, request));
      for (const [name, value] of session) response.headers.append(name, value);
    }
    return response;
  }

  return async (request) => {
    let wording: Wording = { locale: undefined, about };
    try {
      return await answer(request, (worded) => {
        wording = worded;
      });
    } catch (error) {
      if (error instanceof RequestError) return toResponse(rejection(error, wording));
      onError(error, request);
      const broken = error instanceof PorchlightError;
      const fault = new RequestError(broken ? "unavailable" : "internal_error", broken ? { "Retry-After": "5" } : {});
      return toResponse(rejection(fault, wording));
    }
  };
}

function logError(error: unknown): void {
  console.error(error);
}

function toResponse({ status, body, headers }: Plain): Response {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  const always = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  };
  if (status === 204) return new Response(null, { status, headers: always });
  return new Response(JSON.stringify(body), { status, headers: { ...always, "Content-Type": type, ...headers } });
}

function requireMethod({ method }: Request, allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new RequestError("method_not_allowed", { Allow: allowed.join(", ") });
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, field) : undefined;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
