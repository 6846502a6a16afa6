import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createRegistrar } from "porchlight";
import { testPorts } from "porchlight/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { expressApp } from "./express.js";
import { fastifyApp } from "./fastify.js";
import { honoApp } from "./hono.js";
import { nextRoute } from "./next.js";

const mail = "ada@example.com";
const password = "harbour tulip nine cranes";
// Nobody's site, for its name is known only here: each test's server listens on a port of its own.
const origin = "https://app.example";

function openHouse(activationUrl = `${origin}/activate#t={token}`) {
  const { mailer, texter: _, ...ports } = testPorts();
  const registrar = createRegistrar({
    ...ports,
    service: "Example",
    signInUrl: `${origin}/sign-in`,
    channels: { email: { mailer, activationUrl, by: ["link", "code"] } },
    captcha: "none",
  });
  const begin = (accountId: string): string => `session-of-${accountId}`;
  const session = (accountId: string) => ({
    "Set-Cookie": `__Host-session=${begin(accountId)}; Path=/; Secure; HttpOnly`,
  });
  return { mailer, registrar, begin, session };
}

/** A browser that keeps its cookies and says where its requests come from. */
function browse(ask: (path: string, init: RequestInit) => Promise<Response>) {
  const cookies = new Map<string, string>();
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    headers.set("Sec-Fetch-Site", headers.get("Sec-Fetch-Site") ?? "same-origin");
    const response = await ask(path, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return response;
  };
}

/** A server on a free port, until the test is over. */
async function listen(server: Server): Promise<string> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
}

const mounts = {
  hono: async (house: ReturnType<typeof openHouse>) => {
    const app = honoApp(house.registrar, origin, house.session);
    const url = await listen(createServer(getRequestListener(app.fetch)));
    return browse((path, init) => fetch(url + path, init));
  },
  fastify: async (house: ReturnType<typeof openHouse>) => {
    const app = fastifyApp(house.registrar, origin, house.session);
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => app.close());
    return browse((path, init) => fetch(url + path, init));
  },
  next: async (house: ReturnType<typeof openHouse>) => {
    const { POST } = nextRoute(house.registrar, origin, house.session);
    return browse((path, init) => POST(new Request(origin + path, init)));
  },
};

describe.each(Object.entries(mounts))("%s", (_, mount) => {
  it("signs Ada up by the link of her mail, and in", async () => {
    const house = openHouse();
    const ask = await mount(house);
    const post = async (verb: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
      ask(`/registration/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const started = await post("start", { email: mail, password, confirmation: password });
    expect(await started.json()).toMatchObject({ registration: { step: "pending" } });
    await house.registrar.deliver();
    const token = new URL(house.mailer.link(mail)).hash.slice("#t=".length);
    const activated = await post("activate", { token });
    expect(await activated.json()).toMatchObject({ registration: { step: "activated", by: "ticket" } });
    expect(activated.headers.getSetCookie().join()).toContain("__Host-session=session-of-");
    expect((await post("sign-in", { identifier: mail, password })).status).toBe(200);
    expect((await post("start", {}, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    const refused = await post("start", { email: "nobody" }, { "Accept-Language": "de" });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
    const tooLarge = await post("start", { email: "a".repeat(20_000) });
    expect(tooLarge.status).toBe(413);
  });
});

describe("express, by plain forms", () => {
  async function open() {
    const house = openHouse(`${origin}/activate?t={token}`);
    const url = await listen(createServer(expressApp(house.registrar, origin, house.begin)));
    const ask = browse((path, init) => fetch(url + path, init));
    const post = (path: string, fields: Record<string, string>, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: { "Accept-Language": "en", ...headers },
        body: new URLSearchParams(fields),
      });
    const get = async (path: string) => (await ask(path, { headers: { "Accept-Language": "en" } })).text();
    const signUp = () => post("/", { email: mail, password, confirmation: password });
    const token = () => new URL(house.mailer.link(mail)).searchParams.get("t") ?? "";
    return { ...house, ask, post, get, signUp, token };
  }

  it("signs Ada up: a form, a page that waits, a link that a scanner may open, a button, a session", async () => {
    const { registrar, post, get, ask, signUp, token } = await open();
    expect(await get("/")).toContain('autocomplete="new-password"');
    const submitted = await signUp();
    expect([submitted.status, submitted.headers.get("location")]).toEqual([303, "/pending"]);
    expect(await get("/pending")).toContain("a***@example.com");
    await registrar.deliver();
    for (const method of ["GET", "HEAD", "GET"]) await ask(`/activate?t=${token()}`, { method });
    expect(await get(`/activate?t=${token()}`)).toContain("<button>Activate account</button>");
    const activated = await post("/activate", { t: token() });
    expect([activated.status, activated.headers.get("location")]).toEqual([303, "/welcome"]);
    expect(activated.headers.getSetCookie().join()).toContain("__Host-session=session-of-");
    expect(await get(`/activate?t=${token()}`)).toContain("This link has been used");
    expect((await post("/sign-in", { identifier: mail, password })).status).toBe(303);
  });

  it("takes the code instead, and says beside the field what is wrong", async () => {
    const { registrar, mailer, post, signUp } = await open();
    await signUp();
    await registrar.deliver();
    const code = mailer.code(mail);
    const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
    const refused = await post("/code", { code: wrong });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/aria-invalid="true".*<span id="code-error" role="alert">/);
    expect((await post("/code", { code })).headers.get("location")).toBe("/welcome");
  });

  it("keeps what was typed, escaped, in the visitor's language", async () => {
    const { post } = await open();
    const typed = '"><script>alert(1)</script>@example.com';
    const page = await (
      await post("/", { email: typed, password, confirmation: "other" }, { "Accept-Language": "de" })
    ).text();
    expect(page).toContain('<html lang="de">');
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script");
    expect(page).toContain('id="confirmation-error"');
  });

  it("asks for the password where the link is opened in another browser", async () => {
    const { registrar, begin, post, signUp, token } = await open();
    await signUp();
    await registrar.deliver();
    const url = await listen(createServer(expressApp(registrar, origin, begin)));
    const elsewhere = browse((path, init) => fetch(url + path, init));
    expect(await (await elsewhere(`/activate?t=${token()}`)).text()).toContain('autocomplete="current-password"');
    const body = new URLSearchParams({ t: token(), password });
    expect((await elsewhere("/activate", { method: "POST", body })).headers.get("location")).toBe("/welcome");
    expect((await post("/activate", { t: token() })).status).toBe(422);
  });

  it("refuses what another site posts, and serves no script", async () => {
    const { post, ask } = await open();
    expect((await post("/", { email: mail }, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await post("/activate", { t: "x" }, { "Sec-Fetch-Site": "same-site" })).status).toBe(403);
    const { headers } = await ask("/");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect([headers.get("referrer-policy"), headers.get("cache-control")]).toEqual(["no-referrer", "no-store"]);
  });
});
