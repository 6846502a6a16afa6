// A whole sign-up in one terminal: Ada by e-mail, Bo by phone, and somebody who signs up with Ada's address again.

import { type Answer, createRegistrar, type Mail, problemText, type Sms } from "porchlight";
import { argon2Hasher } from "porchlight/hasher/argon2";
import { memoryLimiter } from "porchlight/limiter/memory";
import { consoleMailer } from "porchlight/mailer/console";
import { memoryStore } from "porchlight/store/memory";
import { consoleTexter } from "porchlight/texter/console";

const random = () => crypto.getRandomValues(new Uint8Array(32));
let skipped = 0;
const clock = { now: () => Date.now() + skipped }; // Time is injected, like everything else: nobody waits for a story.
const mails: Mail[] = [];
const texts: Sms[] = [];

const registrar = createRegistrar({
  service: "Example",
  signInUrl: "https://app.example/login",
  channels: {
    email: {
      mailer: {
        async send(mail) {
          mails.push(mail);
          await consoleMailer().send(mail);
        },
      },
      activationUrl: "https://app.example/activate#t={token}",
    },
    phone: {
      texter: {
        async send(sms) {
          texts.push(sms);
          await consoleTexter().send(sms);
        },
      },
      countries: ["GB", "DE", "CN"],
      smsPerDay: 1_000,
    },
  },
  store: memoryStore(),
  hasher: argon2Hasher(),
  limiter: memoryLimiter({ clock }),
  captcha: "none", // Your pages will have one: see the Captcha port.
  keys: { seal: "k1", known: [{ id: "k1", secret: random() }], pseudonym: random() },
  clock,
  delivery: "manual", // So that each mail is printed where it belongs in the story.
});

const from = { ip: "192.0.2.7", locale: "en" };
const password = "harbour tulip nine cranes";

title("Ada opens the page and types her address and a password, twice");
let answer = await registrar.start({}, from);
answer = show(
  await registrar.submit(answer.ticket, { email: "Ada@Example.com", password, confirmation: "harbour" }, from),
);
answer = show(await registrar.submit(answer.ticket, { password, confirmation: password }, from));
await registrar.deliver();

title("She opens the link in the same browser, looks, and clicks");
const token = tokenOf(mails.at(-1));
say("the link is", (await registrar.inspect(token, answer, from)).state);
const activated = await registrar.activate(token, { ticket: answer.ticket }, from);
say(
  "activated",
  activated.ok ? `account ${activated.registration.accountId}, by her ${activated.registration.by}` : "no",
);
await registrar.deliver();

title("She signs in");
const signedIn = await registrar.signIn({ identifier: "ada@example.com", password }, from);
say("signed in", signedIn.ok ? `account ${signedIn.accountId}` : "no");

title("Bo signs up by phone");
const number = { phone: "07400 123461", country: "GB" };
answer = show(
  await registrar.start(
    { ...number, password: "six purple kayaks adrift", confirmation: "six purple kayaks adrift" },
    from,
  ),
);
await registrar.deliver();
answer = show(await registrar.confirm(answer.ticket, { code: codeOf(texts.at(-1)) }, from));
await registrar.deliver();

skipped += 61_000; // An address gets one message a minute at most.
title("Somebody signs up with Ada's address again: the page is the same as for a free one");
show(
  await registrar.start(
    { email: "ada@example.com", password: "not her password at all", confirmation: "not her password at all" },
    from,
  ),
);
await registrar.deliver();
say("the account", "is Ada's, as it was; she alone was told, by mail");

await registrar.close();

function title(text: string): void {
  console.log(`\n=== ${text} ===`);
}

function say(what: string, how: string): void {
  console.log(`  ${what}: ${how}`);
}

/** What a page would show. */
function show(shown: Answer): Answer {
  const { registration: page } = shown;
  const to = "identifier" in page && page.identifier ? `, ${page.identifier.display ?? page.identifier.masked}` : "";
  say(`page "${page.step}"`, `${page.step === "pending" ? "a message is on its way" : "ok"}${to}`);
  if (!shown.ok) for (const problem of shown.problems) say(problem.code, problemText(problem, "en"));
  return shown;
}

/** What the visitor's own eyes and clicks do. */
function tokenOf(mail: Mail | undefined): string {
  if (mail?.kind !== "activation" || mail.link === undefined) throw new Error("No activation mail came.");
  return new URL(mail.link).hash.replace("#t=", "");
}

function codeOf(sms: Sms | undefined): string {
  if (sms?.kind !== "activation" || sms.code === undefined) throw new Error("No text message came.");
  return sms.code;
}
