// Installs Porchlight into an application that already has 50,000 users, and signs up one of them and one newcomer.

import { PGlite } from "@electric-sql/pglite";
import type { Mail } from "porchlight";
import { argon2Hasher } from "porchlight/hasher/argon2";
import { addLoginKeys, fillOldTable, installPorchlight } from "./app.js";

const database = new PGlite(); // A directory, such as new PGlite("./data"), keeps it; a pg Pool works the same.
const hasher = argon2Hasher();
const oldPassword = "an old password of years ago";

await fillOldTable(database, 50_000, await hasher.hash(oldPassword));
await database.query("update app_user set email = 'USER.7@example.com' where id = 8"); // Old tables are like that.
const started = performance.now();
const left = await addLoginKeys(database);
console.log(`49,999 of 50,000 users have a login key after ${Math.round(performance.now() - started)} ms.`);
console.log(`Decide about user ${left.join(", ")}: the address differs from another one's by case only.\n`);

const mails: Mail[] = [];
const registrar = await installPorchlight(database, {
  hasher,
  mailer: { send: async (mail) => void mails.push(mail) },
  onEvent: async (event) => console.log(`  event ${event.type} of ${event.masked} ${event.accountId ?? ""}`),
});
const from = { ip: "192.0.2.7", locale: "en" };
const password = "harbour tulip nine cranes";

for (const email of ["user.42@example.com", "newcomer@example.com"]) {
  const answer = await registrar.start({ email, password, confirmation: password }, from);
  console.log(`${email} signs up: ${answer.registration.step}`); // The same for both.
  await registrar.deliver();
  const mail = mails.at(-1);
  console.log(`  mail "${mail?.subject}"`); // Only the mailbox tells them apart.
  if (mail?.kind === "activation") {
    const active = await registrar.activate(mail.link?.split("#t=")[1], { ticket: answer.ticket }, from);
    console.log(`  activated: ${active.ok}`);
    await registrar.deliver();
  }
}

const { rows } = await database.query(
  "select id, email, login_key from app_user where login_key = 'newcomer@example.com'",
);
console.log("\nThe newcomer's own row in app_user:", rows[0]);
const old = await registrar.signIn({ identifier: "User.42@EXAMPLE.com", password: oldPassword }, from);
const fresh = await registrar.signIn({ identifier: "newcomer@example.com", password }, from);
console.log(
  "Signed in:",
  old.ok && old.accountId,
  "with the old password,",
  fresh.ok && fresh.accountId,
  "with the new.",
);
await registrar.close();
await database.close();
