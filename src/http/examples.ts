import type { Verb } from "./schemas.js";

/** A body that a verb takes, and what it answers. */
export interface Example {
  readonly request: object;
  readonly answer: object;
}

const at = Date.UTC(2026, 0, 15, 12);
const minute = 60_000;
const hour = 60 * minute;
const password = "harbour tulip nine cranes";
const token = "k1.019bc1a1c3b8QmFzZTY0dXJsLXNhZmU.Tm9uY2Utb2YtMTYtYnl0ZXM.TUFDLW9mLTMyLWJ5dGVzLWluLWJhc2U2NHVybA.1";
const accountId = "019bc1a2d0a7VGhpcy1pcy1hbi1pZA";

const pendingMail = pendingFor("a***@example.com", at);
const activated = (by: string) => ({
  step: "activated",
  identifier: { channel: "email", masked: "a***@example.com" },
  accountId,
  by,
});

function pendingFor(masked: string, decidedAt: number): object {
  return {
    step: "pending",
    identifier: { channel: "email", masked },
    message: {
      by: ["link", "code"],
      delivery: "queued",
      now: decidedAt,
      decidedAt,
      expiresAt: decidedAt + 8 * hour,
      resendAt: decidedAt + minute,
      resendsLeft: 4,
      attemptsLeft: 5,
    },
    expiresAt: at + 24 * hour,
  };
}

/** One sign-up by mail, as the description shows it: a call of each verb. The ticket is added where it travels in the body. */
export const examples: Readonly<Record<Verb, Example>> = {
  start: {
    request: { email: "ada@example.com", password, confirmation: password, captcha: "the widget's response" },
    answer: { ok: true, registration: pendingMail },
  },
  submit: {
    request: { phone: "07400 123461", country: "GB" },
    answer: {
      ok: true,
      registration: {
        step: "password",
        missing: ["password", "captcha"],
        identifier: { channel: "phone", display: "+447400123461", masked: "+44***61", country: "GB" },
      },
    },
  },
  change: {
    request: { email: "ada.lovelace@example.com" },
    answer: { ok: true, registration: pendingFor("a***@example.com", at + 5 * minute) },
  },
  resend: { request: {}, answer: { ok: true, registration: pendingFor("a***@example.com", at + 2 * minute) } },
  confirm: { request: { code: "4071 2938" }, answer: { ok: true, registration: activated("code") } },
  cancel: { request: {}, answer: { ok: true, registration: { step: "closed", reason: "cancelled" } } },
  status: {
    request: {},
    answer: { ok: true, registration: { step: "identifier", missing: ["identifier", "password", "captcha"] } },
  },
  inspect: {
    request: { token },
    answer: { state: "ready", proof: "password", masked: "a***@example.com", expiresAt: at + 8 * hour },
  },
  activate: { request: { token, password }, answer: { ok: true, registration: activated("password") } },
  disown: { request: { token }, answer: { ok: true } },
  "sign-in": { request: { identifier: "ada@example.com", password }, answer: { ok: true, accountId } },
};

const detail = "This code is not right. Please check the digits: 4 tries left.";

/** A refusal, as RFC 9457 says it. */
export const refusalExample: Readonly<Record<string, unknown>> & { readonly registration: object } = {
  type: "/registration/openapi.json#/components/schemas/Problem",
  title: "Unprocessable Content",
  status: 422,
  detail,
  code: "code_wrong",
  problems: [
    {
      code: "code_wrong",
      field: "code",
      facts: { attemptsLeft: 4 },
      detail,
    },
  ],
  registration: pendingMail,
};
