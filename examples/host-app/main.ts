// Starts the application for development: mails are printed, and everything is forgotten when it ends.

import { argon2Hasher } from "porchlight/hasher/argon2";
import { memoryLimiter } from "porchlight/limiter/memory";
import { consoleMailer } from "porchlight/mailer/console";
import { memoryStore } from "porchlight/store/memory";
import { createApp } from "./app.js";

const random = () => crypto.getRandomValues(new Uint8Array(32));

const { server } = createApp({
  mailer: consoleMailer(),
  store: memoryStore(),
  hasher: argon2Hasher(),
  limiter: memoryLimiter(),
  captcha: "none",
  keys: { seal: "k1", known: [{ id: "k1", secret: random() }], pseudonym: random() },
});
server.listen(3000, "127.0.0.1", () => console.log("POST to http://127.0.0.1:3000/register"));
