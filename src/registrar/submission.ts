import type { Problem } from "../core/problem.js";
import type { Consent, Open } from "../core/registration.js";
import { Secret } from "../secrets/secret.js";
import type { Identifier } from "../values/identifier.js";
import type { Context } from "./context.js";
import { addressNames, type Form, isGiven, readAddress, readForm } from "./fields.js";
import { readProfile } from "./profile.js";
import { checkTypedPassword } from "./typed-password.js";

const names = [...addressNames, "password", "confirmation", "captcha", "profile", "consents"];

/** A page's fields, each read as far as pure rules go, and all that is wrong with them. */
export interface Submission {
  /** Nothing was given at all. */
  readonly empty: boolean;
  readonly identifier?: Identifier;
  readonly password?: Secret<string>;
  readonly captcha?: string;
  readonly profile?: unknown;
  readonly consents?: readonly Consent[];
  readonly problems: readonly Problem[];
}

/** Reads a page without a hash and without a port; what is right is kept beside what is wrong. */
export async function readSubmission(context: Context, open: Open, fields: unknown): Promise<Submission> {
  const { form, problems } = readForm(fields, names);
  const address = await readAddress(context, form);
  const at = context.clock.now();
  const page = await readProfile(context, form, { locale: open.locale, at });
  const identifier = address.identifier ?? open.identifier;
  const password = readNewPassword(context, form, { identifier, profile: page.profile ?? open.profile });
  const captcha = readCaptcha(context, form);
  return {
    empty: ![...form.values()].some(isGiven),
    ...(address.identifier !== undefined && { identifier: address.identifier }),
    ...(password.value !== undefined && { password: password.value }),
    ...(captcha.value !== undefined && { captcha: captcha.value }),
    ...(page.profile !== undefined && { profile: page.profile }),
    ...(page.consents !== undefined && { consents: page.consents }),
    problems: [...problems, ...address.problems, ...password.problems, ...captcha.problems, ...page.problems],
  };
}

interface Read<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/** Typed twice; a confirmation alone is a password that is missing. */
function readNewPassword(
  context: Context,
  form: Form,
  about: { readonly identifier: Identifier | undefined; readonly profile: unknown },
): Read<Secret<string>> {
  if (!isGiven(form.get("password")) && !isGiven(form.get("confirmation"))) return { problems: [] };
  const checked = checkTypedPassword(context, form, about);
  return checked.ok ? { value: new Secret(checked.value), problems: [] } : { problems: checked.problems };
}

/** A host without a captcha may still be sent one by an old page; it says nothing. */
function readCaptcha(context: Context, form: Form): Read<string> {
  const captcha = form.get("captcha");
  if (!isGiven(captcha) || context.captcha === undefined) return { problems: [] };
  if (typeof captcha === "string") return { value: captcha, problems: [] };
  return { problems: [{ code: "field_malformed", field: "captcha", facts: { expected: "string" } }] };
}
