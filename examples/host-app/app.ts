// A whole host application: three JSON endpoints, Porchlight behind them, and a session of its own.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import {
  type Caller,
  createRegistrar,
  type Mailer,
  type Options,
  type Problem,
  problemText,
  type Registrar,
} from "porchlight";

/** What differs between production and a test. */
export interface AppPorts
  extends Pick<Options<"email", null, unknown>, "store" | "hasher" | "limiter" | "captcha" | "keys"> {
  readonly mailer: Mailer;
  readonly clock?: Options<"email", null, unknown>["clock"];
  readonly delivery?: "automatic" | "manual";
}

export interface App {
  readonly server: Server;
  readonly registrar: Registrar<"email">;
  /** Account ids by session, for the pages behind the door. */
  readonly sessions: ReadonlyMap<string, string>;
}

/** What any page posts; whatever the contents are, Porchlight looks at them. */
interface Body {
  readonly ticket?: unknown;
  readonly token?: unknown;
  readonly code?: unknown;
  readonly password?: unknown;
}

/** A page shows `registration` and keeps `ticket` for its next post; `session` goes into a cookie. */
interface Reply {
  readonly ok: boolean;
  readonly ticket?: string;
  readonly registration?: object;
  readonly problems?: readonly Problem[];
  readonly session?: string;
}

export function createApp({ mailer, store, hasher, limiter, captcha, keys, clock, delivery }: AppPorts): App {
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] } },
    ...{ store, hasher, limiter, captcha, keys, clock, delivery },
  });
  const sessions = new Map<string, string>();

  /** The one thing that Porchlight leaves to its host. */
  const enter = (accountId: string): string => {
    const session = randomUUID();
    sessions.set(session, accountId);
    return session;
  };

  const routes: Readonly<Record<string, (body: Body, from: Caller) => Promise<Reply>>> = {
    "/register": ({ ticket, ...fields }, from) =>
      ticket === undefined ? registrar.start(fields, from) : registrar.submit(ticket, fields, from),

    async "/activate"({ ticket, token, code, password }, from) {
      const done =
        code === undefined
          ? await registrar.activate(token, { ticket, password }, from)
          : await registrar.confirm(ticket, { code }, from);
      return done.ok ? { ok: true, session: enter(done.registration.accountId) } : done;
    },

    async "/login"(fields, from) {
      const done = await registrar.signIn(fields, from);
      return done.ok ? { ok: true, session: enter(done.accountId) } : done;
    },
  };

  const server = createServer(async (request, response) => {
    const answer = (status: number, { session, ...said }: Reply): void => {
      if (session !== undefined) {
        response.setHeader("set-cookie", `__Host-session=${session}; Path=/; Secure; HttpOnly; SameSite=Lax`);
      }
      response
        .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
        .end(JSON.stringify(said));
    };
    const route = request.method === "POST" ? routes[request.url ?? ""] : undefined;
    if (route === undefined) return answer(404, { ok: false });
    if (!isOwnPage(request)) return answer(403, { ok: false });
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return answer(400, { ok: false });
    try {
      const locale = request.headers["accept-language"];
      const reply = await route(body, { ip: request.socket.remoteAddress, locale });
      answer(reply.ok ? 200 : 422, { ...reply, ...inWords(reply.problems, locale) });
    } catch {
      // Porchlight throws only what is broken; its details are for the log.
      answer(500, { ok: false });
    }
  });
  return { server, registrar, sessions };
}

/** No other site's page may post: no form can send JSON, and browsers say where a request comes from. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"] ?? "same-origin";
  return site === "same-origin" && /^application\/json\b/.test(headers["content-type"] ?? "");
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 16_384) throw new Error("The body is too long.");
  }
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null) throw new Error("The body is no object.");
  return { ...body };
}

function inWords(problems: readonly Problem[] = [], locale?: string): { readonly says?: readonly string[] } {
  return problems.length === 0 ? {} : { says: problems.map((problem) => problemText(problem, locale)) };
}
