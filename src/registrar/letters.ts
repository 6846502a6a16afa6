import type { Pending } from "../core/registration.js";
import { composeMail, composeSms } from "../messages/compose.js";
import type { LetterKind, Words } from "../messages/language.js";
import type { Letter, Mail, Sms } from "../ports.js";
import { deriveCode } from "../secrets/code.js";
import { deriveLinkToken } from "../secrets/link-token.js";
import { type Identifier, maskIdentifier } from "../values/identifier.js";
import type { Context } from "./context.js";

/** One rendered message, on the channel of its address. */
export type Rendered = Mail | Sms;

/** Both letters that a pending registration may come to: the choice between them is made after both are written. */
export async function pendingLetters(
  context: Context,
  about: { readonly id: string; readonly locale: string; readonly pending: Pending },
): Promise<{ readonly free: Rendered; readonly taken: Rendered } | undefined> {
  const { id, locale, pending } = about;
  const { identifier, challenge } = pending;
  const by = context.proofs[identifier.channel];
  const token = await deriveLinkToken(context.ring, pending.id, challenge);
  const code = await deriveCode(context.ring, pending);
  if (token === undefined || code === undefined) return undefined;
  const url = context.channels.email?.activationUrl ?? "";
  const secrets = {
    ...(by.includes("link") && { link: url.replace("{token}", token.reveal()) }),
    ...(by.includes("code") && { code: code.reveal() }),
  };
  const { expiresAt } = challenge;
  const minutes = Math.max(1, Math.ceil((expiresAt - context.clock.now()) / 60_000));
  const to = { id, locale, identifier };
  const free = { kind: "activation", ...secrets, expiresAt } as const;
  return {
    free: render(context, to, free, { ...words(context, identifier), ...secrets, minutes }),
    taken: render(context, to, { kind: "already_registered" }, words(context, identifier)),
  };
}

/** The notice that an account is active, to the account's own address. */
export function activatedLetter(
  context: Context,
  to: { readonly id: string; readonly locale: string; readonly identifier: Identifier },
): Rendered {
  return render(context, to, { kind: "activated" }, words(context, to.identifier));
}

function words(context: Context, identifier: Identifier): Words {
  const { service, signInUrl } = context.options;
  return { service, signInUrl, masked: maskIdentifier(identifier) };
}

/** What a letter says of itself beside its words. */
type Sort =
  | { readonly kind: "activation"; readonly link?: string; readonly code?: string; readonly expiresAt: number }
  | { readonly kind: Exclude<LetterKind, "activation"> };

function render(
  context: Context,
  about: { readonly id: string; readonly locale: string; readonly identifier: Identifier },
  sort: Sort,
  said: Words,
): Rendered {
  const { id, locale, identifier } = about;
  const { messages } = context.options;
  if (identifier.channel === "phone") {
    const sms = composeSms(sort.kind, locale, said, messages);
    const letter: Letter = { id, to: identifier.address, ...sms, ...sort };
    return { channel: "phone", ...letter };
  }
  const { subject, html, ...mail } = composeMail(sort.kind, locale, said, messages);
  const letter: Letter = { id, to: identifier.address, ...mail, ...sort };
  return { channel: "email", subject, html, ...letter };
}
