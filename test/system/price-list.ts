import { createRegistrar, type Store } from "../../src/index.js";
import { testPorts } from "../../src/testing/index.js";

/** Every statement that went to the database, in order: each is one round trip. */
export type Statements = string[];

/** What each call of a registrar costs, in round trips to its store. Limiter and host callbacks are counted apart. */
export interface Prices {
  readonly submit: number;
  readonly submitAgain: number;
  readonly status: number;
  readonly resend: number;
  readonly change: number;
  readonly inspect: number;
  readonly confirmWrong: number;
  readonly confirm: number;
  readonly activate: number;
  readonly cancel: number;
  readonly disown: number;
  readonly signIn: number;
  readonly account: number;
  readonly deliverNothing: number;
  readonly deliverOne: number;
  readonly deliverTwenty: number;
  readonly purgeNothing: number;
  readonly erase: number;
}

const from = { ip: "192.0.2.7", locale: "en" };
const password = "harbour tulip nine cranes";
/** A call that reads or writes who has an address. */
const asksForOwner = /porchlight_(identifier|account)/;

export async function pricesOf<Tx>(
  store: Store<Tx>,
  statements: Statements,
): Promise<{ prices: Prices; asked: readonly string[] }> {
  const { mailer, texter, clock, store: _, ...ports } = testPorts();
  const activationUrl = "https://app.example/activate#t={token}";
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl, by: ["link", "code"] } },
    ...ports,
    clock,
    store,
    delivery: "manual",
    unsafeSingleProcess: true,
    rules: { callsPerHour: 1_000, pendingsPerHour: 1_000, hashesPerHour: 1_000 },
  });
  const asked: string[] = [];
  async function price(name: string, call: () => Promise<unknown>): Promise<number> {
    statements.length = 0;
    await call();
    if (statements.some((statement) => asksForOwner.test(statement))) asked.push(name);
    return statements.length;
  }
  const fields = (email: string) => ({ email, password, confirmation: password, captcha: "pass" });
  const tokenOf = (email: string) => mailer.link(email).split("#t=")[1];
  const signUp = (email: string) => registrar.start(fields(email), from);
  await registrar.ready();

  let { ticket } = await registrar.start({}, from);
  const submit = await price("submit", async () => {
    ({ ticket } = await registrar.submit(ticket, fields("ada@example.com"), from));
  });
  const submitAgain = await price("submit again", () => registrar.submit(ticket, fields("ada@example.com"), from));
  const status = await price("status", () => registrar.status(ticket, from));
  const deliverOne = await price("deliver", () => registrar.deliver());
  const deliverNothing = await price("deliver", () => registrar.deliver());
  clock.advance(120_000);
  const resend = await price("resend", () => registrar.resend(ticket, from));
  await registrar.deliver();
  clock.advance(120_000);
  const change = await price("change", async () => {
    ({ ticket } = await registrar.change(ticket, { email: "ada.lovelace@example.com" }, from));
  });
  await registrar.deliver();
  const token = tokenOf("ada.lovelace@example.com");
  const inspect = await price("inspect", () => registrar.inspect(token, { ticket }, from));
  const confirmWrong = await price("confirm with a wrong code", () =>
    registrar.confirm(ticket, { code: "00000000" }, from),
  );
  const code = mailer.code("ada.lovelace@example.com");
  const confirm = await price("confirm", () => registrar.confirm(ticket, { code }, from));
  const bo = await signUp("bo@example.com");
  await registrar.deliver();
  const activate = await price("activate", () => registrar.activate(tokenOf("bo@example.com"), bo, from));
  const cy = await signUp("cy@example.com");
  await registrar.deliver();
  const disown = await price("disown", () => registrar.disown(tokenOf("cy@example.com"), from));
  const cancel = await price("cancel", () => registrar.cancel(cy.ticket, from));
  const signIn = await price("sign in", () => registrar.signIn({ identifier: "bo@example.com", password }, from));
  const account = await price("account", async () => {
    const done = await registrar.signIn({ identifier: "bo@example.com", password }, from);
    statements.length = 0;
    if (done.ok) await registrar.account(done.accountId);
  });
  await registrar.deliver();
  for (let n = 0; n < 20; n += 1) await signUp(`person-${n}@example.com`);
  const deliverTwenty = await price("deliver", () => registrar.deliver());
  const purgeNothing = await price("purge", () => registrar.purge());
  const identifier = { channel: "email", address: "bo@example.com", key: "bo@example.com" } as const;
  const erase = await price("erase", () => registrar.erase(identifier));
  await registrar.close();
  const prices = { submit, submitAgain, status, resend, change, inspect, confirmWrong, confirm, activate };
  const others = { cancel, disown, signIn, account, deliverNothing, deliverOne, deliverTwenty, purgeNothing, erase };
  return { prices: { ...prices, ...others }, asked };
}
