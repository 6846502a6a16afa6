import type { Decision } from "../../../src/core/decision.js";
import { openRegistration } from "../../../src/core/open.js";
import { passwordTriesPerRegistration } from "../../../src/core/pending.js";
import type { Problem } from "../../../src/core/problem.js";
import type { Command, Fresh, Pending, Registration, Rules } from "../../../src/core/registration.js";
import { step } from "../../../src/core/step.js";
import { readRules } from "../../../src/rules.js";
import type { Email } from "../../../src/values/email.js";
import type { Phone } from "../../../src/values/phone.js";

/** The usual rules: a texted code lives ten minutes, a mailed link eight hours, five guesses, five sends, 60 s apart. */
export const rules: Rules = readRules();

export const second = 1_000;
export const minute: number = 60 * second;
export const hour: number = 60 * minute;
export const codeLife: number = 10 * minute;
export const linkLife: number = 8 * hour;
export const day: number = 24 * hour;

export const mail: Email = { channel: "email", address: "Ada@example.com", key: "ada@example.com" };
export const sameMail: Email = { channel: "email", address: "ada@example.com", key: "ada@example.com" };
export const otherMail: Email = { channel: "email", address: "grace@example.org", key: "grace@example.org" };
export const phone: Phone = {
  channel: "phone",
  address: "+447400123461",
  key: "+447400123461",
  country: "GB",
  type: "mobile",
};

export const drawn: Fresh = { keyId: "k1", nonce: "first nonce", digits: 6 };
export const drawnLater: Fresh = { keyId: "k2", nonce: "later nonce", digits: 6 };
export const drawnLong: Fresh = { keyId: "k2", nonce: "long nonce", digits: 10 };

type Fill = Command & { readonly do: "fill" };

/** Every part of the four pages. */
export const parts: Omit<Fill, "do" | "at" | "fresh" | "identifier"> = {
  password: "a hash",
  humanUntil: 30 * minute,
  profile: { name: "Ada" },
  consents: [{ document: "terms", version: "2", locale: "en", at: 0 }],
};

export const fill = (given: Partial<Omit<Fill, "do">>): Fill => ({ do: "fill", at: 0, fresh: drawn, ...given });
/** All four pages in one. */
export const submitted = (identifier: Email | Phone, at: number): Command =>
  fill({ ...parts, identifier, at, humanUntil: at + 30 * minute });
export const byMail: Command = submitted(mail, 0);
export const byPhone: Command = submitted(phone, 0);

export const rightCode = (at: number, serial = 1): Command => ({
  do: "confirm",
  at,
  serial,
  right: true,
  accountId: "account-1",
});
export const wrongCode = (at: number, serial = 1): Command => ({
  do: "confirm",
  at,
  serial,
  right: false,
  accountId: "account-1",
});
export const lockedCode = (at: number, serial = 1): Command => ({
  do: "confirm",
  at,
  serial,
  right: "locked",
  accountId: "account-1",
});
export const link = (
  proof: (Command & { readonly do: "activate" })["proof"],
  at: number,
  serial = 1,
): Command & { readonly do: "activate" } => ({ do: "activate", at, serial, proof, accountId: "account-1" });
export const resend = (at: number, fresh: Fresh = drawnLater): Command => ({ do: "resend", at, fresh });
export const changeTo = (identifier: Email | Phone, at: number, fresh: Fresh = drawnLater): Command => ({
  do: "change",
  at,
  fresh,
  identifier,
});
export const disown = (at: number, serial = 1): Command => ({ do: "disown", at, serial });
export const look = (at: number): Command => ({ do: "look", at });
export const cancel = (at: number): Command => ({ do: "cancel", at });
export const lose = (at: number): Command => ({ do: "lose", at });

/** What the store writes without a step: the two counters, and what became of the message. */
export type StoreMoment = "a guess is paid" | "a password try is paid" | "the message is sent" | "the message fails";

export type Moment = Command | StoreMoment;

/** The row as the store leaves it; a counter at its end stays there. */
export function stored(registration: Registration, moment: StoreMoment, by: Rules): Registration {
  if (registration.state !== "pending") return registration;
  const { challenge, passwordTries } = registration;
  switch (moment) {
    case "a guess is paid":
      return challenge.guesses < by.guessesPerCode
        ? { ...registration, challenge: { ...challenge, guesses: challenge.guesses + 1 } }
        : registration;
    case "a password try is paid":
      return { ...registration, passwordTries: Math.min(passwordTries + 1, passwordTriesPerRegistration) };
    case "the message is sent":
      return { ...registration, challenge: { ...challenge, delivery: "sent" } };
    case "the message fails":
      return { ...registration, challenge: { ...challenge, delivery: "failed" } };
  }
}

/** As `given`, for stories in which the store has a part. */
export function givenStored(by: Rules, ...moments: readonly Moment[]): { when(command: Command): Decision } {
  return { when: (command) => step(told(by, ...moments), command, by) };
}

/** The registration that a story leaves. */
export function told(by: Rules, ...moments: readonly Moment[]): Registration {
  const first = moments.find((moment) => typeof moment !== "string");
  const born = openRegistration({ id: "registration-1", at: first?.at ?? 0, locale: "en", metadata: {} });
  return moments.reduce<Registration>(
    (registration, moment) =>
      typeof moment === "string" ? stored(registration, moment, by) : step(registration, moment, by).next,
    born,
  );
}

/** The pending registration that a story leaves; a story that leaves another is a mistake of the test. */
export function toldPending(by: Rules, ...moments: readonly Moment[]): Pending {
  const registration = told(by, ...moments);
  if (registration.state !== "pending") throw new Error(`The story ends ${registration.state}.`);
  return registration;
}

export function times(count: number, ...moments: readonly Moment[]): readonly Moment[] {
  return Array.from({ length: count }, () => moments).flat();
}

export const accepted = { ok: true } as const;

export function refused(code: Problem["code"], facts: object = {}): object {
  const field = code.startsWith("code_") ? "code" : code.startsWith("link_") ? "link" : "password";
  const named = /^(code|link|proof)_/.test(code) ? { field } : {};
  return { ok: false, problem: { code, ...named, facts } };
}

export const wrongStep = (at: string): object => refused("wrong_step", { step: at });
