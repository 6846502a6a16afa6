import type { Sms } from "../ports.js";
import type { Clause } from "./clause.js";
import { type MessengerUnderTest, messageClauses } from "./message-clauses.js";

/** A texter with the means to stand in for its provider. */
export type TexterUnderTest = MessengerUnderTest<Sms>;

/** What every texter promises. */
export const texterContract: readonly Clause<TexterUnderTest>[] = messageClauses<Sms>((text) => ({
  channel: "phone",
  id: `message with ${text}`,
  kind: "activation",
  to: "+4915123456789",
  locale: "zh",
  text,
  code: "012345",
  expiresAt: Date.UTC(2026, 0, 1, 0, 10),
}));
