import { once } from "node:events";
import { testPorts } from "porchlight/testing";
import { expect, it, onTestFinished } from "vitest";
import { createApp } from "./app.js";

const password = "harbour tulip nine cranes";
const form = { email: "ada@example.com", password, confirmation: password, captcha: "pass" };

it("lets Ada in by the link of her mail", async () => {
  const { post, deliver, mailer, sessions } = await openApp();
  const { ticket } = await post("/register", form);
  await deliver();
  const token = new URL(mailer.link("ada@example.com")).hash.replace("#t=", "");
  expect(await post("/activate", { token, ticket })).toEqual({ ok: true });
  expect(await post("/login", { identifier: "ada@example.com", password })).toEqual({ ok: true });
  expect(sessions.size).toBe(2);
});

it("refuses the code of a mail that is eight hours old", async () => {
  const { post, deliver, mailer, clock } = await openApp();
  const { ticket } = await post("/register", form);
  await deliver();
  clock.advance(8 * 60 * 60 * 1000);
  const { problems } = await post("/activate", { ticket, code: mailer.code("ada@example.com") });
  expect(problems).toEqual([{ code: "code_expired", field: "code", facts: {} }]);
});

it("says in words what to mend", async () => {
  const { post } = await openApp();
  const { says } = await post("/register", { ...form, confirmation: "harbour" });
  expect(says).toEqual(["The two passwords differ. Please type them again."]);
});

interface Page {
  readonly ticket?: string;
  readonly problems?: readonly object[];
  readonly says?: readonly string[];
}

/** The application with every port in memory, and a page that posts to it. */
async function openApp() {
  const ports = testPorts();
  const { server, registrar, sessions } = createApp(ports);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const origin = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  const post = async (path: string, body: object): Promise<Page> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
    return JSON.parse(await response.text());
  };
  return { ...ports, post, deliver: registrar.deliver, sessions };
}
