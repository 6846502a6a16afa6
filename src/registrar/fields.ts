import type { Problem } from "../core/problem.js";
import { parseEmail } from "../values/email.js";
import type { Channel, Identifier } from "../values/identifier.js";
import type { Context } from "./context.js";
import { membersOf } from "./plain-json.js";

/** Straight from the request: names are typed, values are not trusted. `""`, null and undefined are absent. */
export type AddressFields<K extends Channel = Channel> = ("email" extends K ? { readonly email?: unknown } : unknown) &
  ("phone" extends K ? { readonly phone?: unknown; readonly country?: unknown } : unknown);

/** The fields of a sign-up, on one page or on several. */
export type Fields<K extends Channel = Channel> = AddressFields<K> & {
  readonly password?: unknown;
  readonly confirmation?: unknown;
  readonly captcha?: unknown;
  readonly profile?: unknown;
  readonly consents?: unknown;
};

/** A request's fields by name, each still unknown. */
export type Form = ReadonlyMap<string, unknown>;

/** Forms, JSON and nothing at all say "left empty" in three ways. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** Takes a request's fields apart: a plain object with none but the `known` names. */
export function readForm(
  fields: unknown,
  known: readonly string[],
): { readonly form: Form; readonly problems: readonly Problem[] } {
  const members = membersOf(fields);
  if (members === undefined) {
    return { form: new Map(), problems: [{ code: "field_malformed", facts: { expected: "object" } }] };
  }
  const unknown = [...members.keys()].filter((name) => !known.includes(name)).slice(0, mostUnknown);
  return {
    form: new Map([...members].filter(([name]) => known.includes(name))),
    problems: unknown.map((name) => ({ code: "field_unknown", facts: { name: printable(name) } })),
  };
}

const mostUnknown = 10;

/** A name from outside, short and harmless to print. */
export function printable(name: string): string {
  return name.slice(0, 64).replace(/[^\x20-\x7e]/g, "?");
}

export const addressNames = ["email", "phone", "country"] as const;

/** One address by exactly one channel, or all that is wrong with it; neither where none was given. */
export async function readAddress(
  context: Context,
  form: Form,
): Promise<{ readonly identifier?: Identifier; readonly problems: readonly Problem[] }> {
  const { channels } = context;
  const [email, phone, country] = [form.get("email"), form.get("phone"), form.get("country")];
  if (isGiven(email) && isGiven(phone)) return { problems: [{ code: "channel_ambiguous", facts: {} }] };

  if (isGiven(email)) {
    if (channels.email === undefined) return { problems: [notOffered(context, "email")] };
    const parsed = parseEmail(email, { smtpUtf8: channels.email.smtpUtf8 });
    return parsed.ok ? { identifier: parsed.value, problems: [] } : { problems: parsed.problems };
  }
  if (isGiven(phone)) {
    if (channels.phone === undefined) return { problems: [notOffered(context, "phone")] };
    if (isGiven(country) && typeof country !== "string") {
      return { problems: [{ code: "field_malformed", field: "country", facts: { expected: "string" } }] };
    }
    // The metadata of telephone numbers costs 100 ms to load: only hosts that take numbers pay for it, once.
    const { parsePhone } = await import("../values/phone.js");
    const parsed = parsePhone(phone, {
      country: typeof country === "string" ? country : undefined,
      countries: channels.phone.countries,
      types: channels.phone.types,
    });
    return parsed.ok ? { identifier: parsed.value, problems: [] } : { problems: parsed.problems };
  }
  return { problems: [] };
}

function notOffered(context: Context, field: Channel): Problem {
  const offered: readonly Channel[] = (["email", "phone"] as const).filter((name) => context.channels[name]);
  return { code: "channel_not_offered", field, facts: { offered } };
}
