// The face: every public name, by hand. Adapters, telephone numbers and the testing kit have subpaths of their own, so
// that nothing is loaded before it is needed.

export type { Decision } from "./core/decision.js";
export { longestWaitMs } from "./core/longest-wait.js";
export { openRegistration } from "./core/open.js";
export type { Problem, ProblemCode, ProblemFacts, Problems } from "./core/problem.js";
export type {
  Account,
  Activated,
  ActivationProof,
  Challenge,
  Closed,
  CloseReason,
  Command,
  Consent,
  Event,
  Fresh,
  Metadata,
  Open,
  OpenStep,
  Pending,
  Proof,
  Registration,
  Rules,
  Step,
  StoredRegistration,
} from "./core/registration.js";
export { step } from "./core/step.js";
export type { Sent, Shown, View } from "./core/view.js";
export { type ErrorCode, PorchlightError } from "./errors.js";
export type { Messages } from "./messages/compose.js";
export type { LetterKind, Texts, Words } from "./messages/language.js";
export { nearestLocale } from "./messages/locale.js";
export { problemText } from "./messages/problem-text.js";
export type {
  BreachCheck,
  Caller,
  Captcha,
  Change,
  Clock,
  Entry,
  Hasher,
  InTransaction,
  Lane,
  Leased,
  Letter,
  Limit,
  Limiter,
  Mail,
  Mailer,
  Outgoing,
  Screen,
  Settlement,
  Sms,
  StandardResult,
  StandardSchema,
  Store,
  Stored,
  StoredAccount,
  Texter,
} from "./ports.js";
export type { Activation, Answer, LinkView, Outcome } from "./registrar/answer.js";
export type { AddressFields, Fields } from "./registrar/fields.js";
export type { Accounts, Channels, Options } from "./registrar/options.js";
export { createRegistrar, type Registrar } from "./registrar/registrar.js";
export type { None, ProblemOf, ProblemsOf, Result } from "./result.js";
export { explainRules, type RuleChoices, readRules } from "./rules.js";
export type { Key, Keys } from "./secrets/keyring.js";
export { type Receipt, verifyReceipt } from "./secrets/receipt.js";
export type { ReceiptKey } from "./secrets/receipt-key.js";
export type { Causes, Outcomes, Sendings, Signal, Verb } from "./signal.js";
export { type Email, type EmailFacts, parseEmail } from "./values/email.js";
export type { FieldFacts } from "./values/field.js";
export type { PasswordContext } from "./values/guessable-password.js";
export { type Channel, type Identifier, maskIdentifier } from "./values/identifier.js";
export { checkPassword, type PasswordFacts, type PasswordRules } from "./values/password.js";
export type { Phone, PhoneFacts } from "./values/phone.js";
