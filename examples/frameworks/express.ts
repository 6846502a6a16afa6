// Porchlight in Express by plain forms: pages without script, rendered on the server, in the visitor's language.

import express, { type Express, type Request, type Response } from "express";
import type { Answer, Caller, Problems, Registrar } from "porchlight";
import { activatedPage, linkPage, pendingPage, signInPage, signUpPage, style, welcomePage } from "./express-pages.js";

const ticketCookie = "__Host-ticket";
const cookieOptions = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;

/** `origin`: where the site is reached; `begin` starts a session of the host's own and gives its id. */
export function expressApp(
  registrar: Registrar<"email">,
  origin: string,
  begin: (accountId: string) => string,
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(express.urlencoded({ extended: false, limit: "16kb" }));
  app.use(({ method, headers }, response, next) => {
    response.set({
      "Content-Security-Policy":
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    // No other site's page may post, or it could plant a ticket of its own.
    const site = headers["sec-fetch-site"];
    const isOwn = site === undefined ? headers.origin === origin : site === "same-origin";
    if (method === "POST" && !isOwn) response.sendStatus(403);
    else next();
  });

  /** A page by where the sign-up stands; a form that went well leads to a GET, so that a reload posts nothing twice. */
  const follow = (response: Response, answer: Answer, from: Caller, typed: object) => {
    response.cookie(ticketCookie, answer.ticket, cookieOptions);
    const problems = answer.ok ? [] : answer.problems;
    if (problems.length === 0) return response.redirect(303, answer.registration.step === "pending" ? "/pending" : "/");
    const { registration } = answer;
    return response
      .status(422)
      .send(
        registration.step === "pending" ? pendingPage(registration, from, problems) : signUpPage(from, typed, problems),
      );
  };

  const enter = (response: Response, accountId: string) => {
    response.cookie("__Host-session", begin(accountId), cookieOptions);
    response.redirect(303, "/welcome");
  };

  app.get("/style.css", (_, response) => void response.type("css").send(style));
  app.get("/", (request, response) => void response.send(signUpPage(callerOf(request), {}, [])));
  app.post("/", async (request, response) => {
    const from = callerOf(request);
    const { email, password, confirmation } = bodyOf(request);
    const ticket = ticketOf(request);
    const fields = { email, password, confirmation };
    const answer =
      ticket === undefined ? await registrar.start(fields, from) : await registrar.submit(ticket, fields, from);
    // A ticket that is over brings a blank one: what was typed goes there.
    const isOver = !answer.ok && answer.problems.some(({ code }) => /^ticket_|^wrong_step$/.test(code));
    follow(response, isOver ? await registrar.start(fields, from) : answer, from, { email });
  });

  app.get("/pending", async (request, response) => {
    const from = callerOf(request);
    const { registration } = await registrar.status(ticketOf(request), from);
    if (registration.step === "pending") response.send(pendingPage(registration, from, []));
    else if (registration.step === "activated") response.send(activatedPage(from));
    else response.redirect(303, "/");
  });
  app.post("/code", async (request, response) => {
    const from = callerOf(request);
    const answer = await registrar.confirm(ticketOf(request), { code: bodyOf(request).code }, from);
    if (answer.ok) enter(response, answer.registration.accountId);
    else follow(response, answer, from, {});
  });
  app.post("/resend", async (request, response) => {
    const from = callerOf(request);
    follow(response, await registrar.resend(ticketOf(request), from), from, {});
  });

  // A mail scanner follows links: looking changes nothing, the button does.
  const link = async (request: Request, response: Response, token: unknown, problems: Problems | readonly []) => {
    const from = callerOf(request);
    const found = await registrar.inspect(token, { ticket: ticketOf(request) }, from);
    response.status(problems.length > 0 ? 422 : 200).send(linkPage(found, String(token), from, problems));
  };
  app.get("/activate", (request, response) => link(request, response, request.query.t, []));
  app.post("/activate", async (request, response) => {
    const { t: token, password } = bodyOf(request);
    const done = await registrar.activate(token, { ticket: ticketOf(request), password }, callerOf(request));
    if (!done.ok) return link(request, response, token, done.problems);
    response.cookie(ticketCookie, done.ticket, cookieOptions);
    return enter(response, done.registration.accountId);
  });

  app.get("/sign-in", (request, response) => void response.send(signInPage(callerOf(request), {}, [])));
  app.post("/sign-in", async (request, response) => {
    const from = callerOf(request);
    const { identifier, password } = bodyOf(request);
    const done = await registrar.signIn({ identifier, password }, from);
    if (done.ok) enter(response, done.accountId);
    else response.status(422).send(signInPage(from, { identifier }, done.problems));
  });
  app.get("/welcome", (request, response) => void response.send(welcomePage(callerOf(request))));
  return app;
}

/** Express knows a proxy by `app.set("trust proxy", …)`; without one this is the connection's own address. */
function callerOf(request: Request): Caller {
  return { ip: request.ip, locale: request.get("accept-language") };
}

function bodyOf(request: Request): Readonly<Record<string, unknown>> {
  const body: unknown = request.body;
  return typeof body === "object" && body !== null ? { ...body } : {};
}

function ticketOf(request: Request): string | undefined {
  const found = new RegExp(`(?:^|; )${ticketCookie}=([\\w.-]+)`).exec(request.get("cookie") ?? "");
  return found?.[1];
}
