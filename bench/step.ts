import type { Decision } from "../src/core/decision.js";
import { openRegistration } from "../src/core/open.js";
import type { Command, Open, Pending, Registration } from "../src/core/registration.js";
import { step } from "../src/core/step.js";
import { readRules } from "../src/rules.js";
import { type Figure, measure, ratio, type Subject } from "./measure.js";
import { perSecond, printFigures, printTable } from "./table.js";

const rules = readRules({ steps: ["identifier", "password"] });
const at = Date.UTC(2026, 0, 1);
const minute = 60_000;
const fresh = { keyId: "k1", nonce: "AAAAAAAAAAAAAAAAAAAAAA", digits: 8 };
const identifier = { channel: "email", address: "ada@example.com", key: "ada@example.com" } as const;

const blank = openRegistration({ id: "019b76da2800AAAAAAAAAAAAAAAAAAAAAA", at, locale: "en", metadata: {} });
const open: Open = { ...blank, identifier };
const fill: Command = { do: "fill", at, fresh, password: "$none$hash" };
const pending = pendingFrom(step(open, fill, rules));
const guessed: Pending = { ...pending, challenge: { ...pending.challenge, guesses: 1 } };

/** Five transitions that a server makes every day; what each starts from, and what is put to it. */
const mix: readonly (readonly [name: string, from: Registration, command: Command])[] = [
  ["fill: open becomes pending", open, fill],
  ["confirm: wrong code", guessed, { do: "confirm", at: at + minute, serial: 1, right: false, accountId: "a1" }],
  ["confirm: right code", guessed, { do: "confirm", at: at + minute, serial: 1, right: true, accountId: "a1" }],
  ["resend: the same code again", pending, { do: "resend", at: at + 2 * minute, fresh }],
  [
    "activate: link and ticket",
    pending,
    { do: "activate", at: at + minute, serial: 1, proof: "ticket", accountId: "a1" },
  ],
];

const rounds = 200;
const results = mix.map(([, from, command]) => step(from, command, rules));
let kept: Decision | undefined;

/** The two transitions of a sign-up. */
export function fillAndActivate(): readonly Decision[] {
  const activate: Command = { do: "activate", at: at + minute, serial: 1, proof: "ticket", accountId: "a1" };
  return [step(open, fill, rules), step(pending, activate, rules)];
}

/** Prints the machine's transitions per second, beside plain copies of the very objects that it gives back. */
export async function benchStep(): Promise<void> {
  const stepping: Subject = {
    name: "step",
    times: rounds * mix.length,
    run() {
      for (let round = 0; round < rounds; round += 1) {
        for (const [, from, command] of mix) kept = step(from, command, rules);
      }
    },
  };
  const copying: Subject = {
    name: "plain copy of its result",
    times: rounds * mix.length,
    run() {
      for (let round = 0; round < rounds; round += 1) for (const result of results) kept = copyOf(result);
    },
  };
  const [stepped, copied, ...each] = await measure([stepping, copying, ...mix.map(single)], {
    rounds: 13,
    roundMs: 70,
  });
  if (kept === undefined || stepped === undefined || copied === undefined) throw new Error("Nothing was measured.");
  printFigures("step, five commands in turn", [stepped, copied, ...each]);
  printRatio(stepped, copied);
}

function single([name, from, command]: (typeof mix)[number]): Subject {
  return {
    name,
    times: 1_000,
    run() {
      for (let time = 0; time < 1_000; time += 1) kept = step(from, command, rules);
    },
  };
}

/** Every object that `step` may make anew, made anew by spreading: decision, state, challenge, reply. */
function copyOf(decision: Decision): Decision {
  const { next, reply } = decision;
  const copied: Registration = next.state === "pending" ? { ...next, challenge: { ...next.challenge } } : { ...next };
  return { ...decision, next: copied, reply: { ...reply } };
}

function printRatio(stepped: Figure, copied: Figure): void {
  printTable(
    "side by side, round by round",
    ["", "value"],
    [
      ["transitions per second", perSecond(stepped.median)],
      ["copies per second", perSecond(copied.median)],
      ["step costs so many copies", ratio(stepped, copied).toFixed(2)],
    ],
  );
}

function pendingFrom({ next }: Decision): Pending {
  if (next.state !== "pending") throw new Error(`The sign-up should be pending; it is ${next.state}.`);
  return next;
}
