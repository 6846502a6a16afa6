import type { None, ProblemOf, ProblemsOf } from "../result.js";
import type { EmailFacts } from "../values/email.js";
import type { Channel } from "../values/identifier.js";
import type { PasswordFacts } from "../values/password.js";
import type { PhoneFacts } from "../values/phone.js";
import type { Step } from "./registration.js";

type Wait = { retryAfterSeconds: number };
type Left = { attemptsLeft: number };

/** Why the screens of `porchlight/screen/…` refuse: worded in every language. Any other reason is the host's own. */
export type RefusalReason =
  | "email_disposable"
  | "email_unreachable"
  | "email_of_role"
  | "invitation_missing"
  | "invitation_invalid";

/** Every problem a visitor can meet, with its facts: the one table that each language and the HTTP handler cover. */
export interface ProblemFacts extends EmailFacts, PhoneFacts, PasswordFacts {
  field_unknown: { name: string };
  channel_ambiguous: None;
  channel_not_offered: { offered: readonly Channel[] };
  password_breached: None;
  captcha_missing: None;
  captcha_failed: None;
  consent_missing: { document: string; version: string };
  consent_outdated: { document: string; version: string };
  profile_invalid: { message: string };
  profile_malformed: { maximumBytes: number };
  refused: { reason: string };
  ticket_invalid: None;
  ticket_expired: None;
  wrong_step: { step: Step };
  code_wrong: Left;
  code_expired: None;
  code_locked: None;
  link_invalid: None;
  link_expired: None;
  link_used: None;
  proof_required: None;
  proof_wrong: Left;
  credentials_wrong: None;
  already_registered: { signInUrl: string };
  resend_too_early: Wait;
  too_many_messages: Wait;
  too_many_attempts: Wait;
  busy: Wait;
}

export type ProblemCode = keyof ProblemFacts;
export type Problem = ProblemOf<ProblemFacts>;
export type Problems = ProblemsOf<ProblemFacts>;
