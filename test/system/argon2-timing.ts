import { createRegistrar } from "porchlight";
import { argon2Hasher } from "porchlight/hasher/argon2";
import { memoryLimiter } from "porchlight/limiter/memory";
import { testPorts } from "porchlight/testing";
import { random } from "./seeded.js";
import { welch } from "./welch.js";

// What a sign-in takes with real Argon2id, for an address that has an account and for one that has none: a figure, for a
// machine that does something else meanwhile gives another. `npm run timing` prints it.

const perClass = Number(process.env.PORCHLIGHT_SIGN_INS ?? 600);
const password = "harbour tulip nine cranes";
const ports = testPorts();
const { mailer, texter: _, ...others } = ports;
const registrar = createRegistrar({
  service: "Example",
  signInUrl: "https://app.example/login",
  channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["code"] } },
  ...others,
  hasher: argon2Hasher(),
  limiter: memoryLimiter({ clock: ports.clock, maxKeys: 10_000_000 }),
});

const known = "one000001@example.com";
const { ticket } = await registrar.start(
  { email: known, password, confirmation: password, captcha: "pass" },
  { ip: "192.0.2.1" },
);
await registrar.deliver();
await registrar.confirm(ticket, { code: mailer.code(known) }, { ip: "192.0.2.1" });

const draw = random(1);
const times: { readonly known: number[]; readonly unknown: number[] } = { known: [], unknown: [] };
for (let n = -10; times.known.length < perClass || times.unknown.length < perClass; n += 1) {
  // Past the 15 minutes of wrong tries at one address, and the 30 days of them.
  ports.clock.advance(8 * 3_600_000);
  const which = draw() < 0.5 ? "known" : "unknown";
  const identifier = which === "known" ? known : "two000001@example.com";
  const begun = performance.now();
  await registrar.signIn({ identifier, password: `not ${password}` }, { ip: "192.0.2.1" });
  if (n >= 0) times[which].push(performance.now() - begun);
}

const [one, other] = [middle(times.known), middle(times.unknown)];
console.log(
  `sign-in with Argon2id, wrong password, ${times.known.length} known and ${times.unknown.length} unknown: ` +
    `median ${one.toFixed(2)} ms and ${other.toFixed(2)} ms, apart by ${Math.abs(one - other).toFixed(2)} ms ` +
    `(promised: under 1 ms); t ${welch(times.known, times.unknown).toFixed(2)}`,
);

function middle(sample: readonly number[]): number {
  return sample.toSorted((a, b) => a - b)[Math.floor(sample.length / 2)] ?? Number.NaN;
}
