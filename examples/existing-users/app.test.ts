import { PGlite } from "@electric-sql/pglite";
import type { Event } from "porchlight";
import { freeHasher, testPorts } from "porchlight/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addLoginKeys, fillOldTable, installPorchlight } from "./app.js";

const oldPassword = "an old password of years ago";
const password = "harbour tulip nine cranes";
const from = { ip: "192.0.2.7", locale: "en" };
const database = new PGlite();
const { mailer } = testPorts();
const events: Event[] = [];
const hasher = freeHasher();
let registrar: Awaited<ReturnType<typeof installPorchlight>>;

beforeAll(async () => {
  await fillOldTable(database, 50_000, await hasher.hash(oldPassword));
  await database.query("update app_user set email = 'USER.7@example.com' where id = 8");
  expect(await addLoginKeys(database)).toEqual([8]);
  registrar = await installPorchlight(database, { mailer, hasher, onEvent: async (event) => void events.push(event) });
});
afterAll(() => database.close());

const signUp = (email: string) => registrar.start({ email, password, confirmation: password }, from);
const usersWith = async (key: string) =>
  (await database.query<{ id: number }>("select id from app_user where login_key = $1", [key])).rows;

it("tells one of the old users by mail alone that there is an account", async () => {
  const old = await signUp("USER.42@example.com");
  const fresh = await signUp("nobody.42@example.com");
  expect(Object.keys(old)).toEqual(Object.keys(fresh));
  expect(old.registration.step).toBe("pending");
  await registrar.deliver();
  expect(mailer.last("USER.42@example.com")?.kind).toBe("already_registered");
  expect(mailer.last("nobody.42@example.com")?.kind).toBe("activation");
});

it("signs old users in with the passwords that they have", async () => {
  const signedIn = await registrar.signIn({ identifier: "user.49999@Example.com", password: oldPassword }, from);
  expect(signedIn).toEqual({ ok: true, accountId: "49999" });
});

it("writes the host's own row in the activation's transaction, and tells of it under the host's id", async () => {
  const { ticket } = await signUp("newcomer@example.com");
  await registrar.deliver();
  const token = new URL(mailer.link("newcomer@example.com")).hash.replace("#t=", "");
  expect((await registrar.activate(token, { ticket }, from)).ok).toBe(true);
  const [user] = await usersWith("newcomer@example.com");
  await registrar.deliver();
  const accountId = String(user?.id);
  expect(events.at(-1)).toMatchObject({ type: "account.activated", accountId });
  expect(await registrar.signIn({ identifier: "newcomer@example.com", password }, from)).toMatchObject({ accountId });
});

it("activates nobody whose own row cannot be written, and lets them try again", async () => {
  const { ticket } = await signUp("unlucky@example.com");
  await registrar.deliver();
  const token = new URL(mailer.link("unlucky@example.com")).hash.replace("#t=", "");
  await database.exec("alter table app_user add constraint full_up check (id < 1)  not valid");
  await expect(registrar.activate(token, { ticket }, from)).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK" });
  expect(await usersWith("unlucky@example.com")).toEqual([]);
  await database.exec("alter table app_user drop constraint full_up");
  expect((await registrar.activate(token, { ticket }, from)).ok).toBe(true);
  expect(await usersWith("unlucky@example.com")).toHaveLength(1);
});
