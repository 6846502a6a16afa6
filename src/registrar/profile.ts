import type { Problem } from "../core/problem.js";
import type { Consent, Open } from "../core/registration.js";
import type { Context } from "./context.js";
import { type Form, isGiven, printable } from "./fields.js";
import { guarded } from "./guard.js";
import { fitsAsJson, isPlainObject, jsonCopy, membersOf } from "./plain-json.js";

/** What an account's profile may weigh as JSON, so that a ticket fits into a cookie. Bytes. */
export const profileBytes = 1_024;

/** The profile and the consents of a page, as far as they are right, and all that is wrong with them. */
export async function readProfile(
  context: Context,
  form: Form,
  about: { readonly locale: string; readonly at: number },
): Promise<{
  readonly profile?: unknown;
  readonly consents?: readonly Consent[];
  readonly problems: readonly Problem[];
}> {
  const profile = isGiven(form.get("profile")) ? await validate(context, form.get("profile")) : undefined;
  const consents = isGiven(form.get("consents")) ? agree(context, form.get("consents"), about) : undefined;
  const problems = [...(profile?.problems ?? []), ...(consents?.problems ?? [])];
  const { options } = context;
  return {
    problems,
    ...(profile?.problems.length === 0 && {
      profile: profile.value,
      ...(options.consents === undefined && { consents: [] }),
    }),
    ...(consents?.problems.length === 0 && {
      consents: consents.value,
      ...(options.profile === undefined && { profile: null }),
    }),
  };
}

/** The host's own schema decides; what it gives back is what is kept. */
async function validate(
  context: Context,
  typed: unknown,
): Promise<{ readonly value: unknown; readonly problems: readonly Problem[] }> {
  const refuse = (problem: Problem) => ({ value: undefined, problems: [problem] });
  const schema = context.options.profile;
  if (schema === undefined) return refuse({ code: "field_unknown", facts: { name: "profile" } });
  if (!isPlainObject(typed)) {
    return refuse({ code: "field_malformed", field: "profile", facts: { expected: "object" } });
  }
  const malformed: Problem = { code: "profile_malformed", field: "profile", facts: { maximumBytes: profileBytes } };
  const given = jsonCopy(typed, profileBytes);
  if (given === undefined) return refuse(malformed);
  const result = await guarded(async () => schema["~standard"].validate(given.copy), {
    code: "ERR_HOST_CALLBACK",
    seconds: 5,
  });
  if (result.issues === undefined) {
    return fitsAsJson(result.value, profileBytes) ? { value: result.value ?? null, problems: [] } : refuse(malformed);
  }
  const problems = result.issues.slice(0, 20).map(({ message, path = [] }): Problem => {
    const names = path.map((part) => printable(String(typeof part === "object" ? part.key : part)));
    return { code: "profile_invalid", field: ["profile", ...names].join("."), facts: { message } };
  });
  return { value: undefined, problems };
}

/** What the page of profile and consents still lacks, once it is all that is missing: an unticked box sends nothing. */
export function missingHalves(context: Context, open: Open): readonly Problem[] {
  const { profile, consents = {} } = context.options;
  const problems: Problem[] = [];
  if (profile !== undefined && open.profile === undefined) {
    problems.push({ code: "field_missing", field: "profile", facts: {} });
  }
  if (open.consents !== undefined) return problems;
  for (const [document, { version, required = true }] of Object.entries(consents)) {
    if (required)
      problems.push({ code: "consent_missing", field: `consents.${document}`, facts: { document, version } });
  }
  return problems;
}

/** The page names, for each document, the version that it showed: what was not read is not agreed to. */
function agree(
  context: Context,
  typed: unknown,
  about: { readonly locale: string; readonly at: number },
): { readonly value: readonly Consent[]; readonly problems: readonly Problem[] } {
  const documents = Object.entries(context.options.consents ?? {});
  const refuse = (problem: Problem) => ({ value: [], problems: [problem] });
  if (documents.length === 0) return refuse({ code: "field_unknown", facts: { name: "consents" } });
  const members = membersOf(typed);
  if (members === undefined) {
    return refuse({ code: "field_malformed", field: "consents", facts: { expected: "object" } });
  }
  const problems: Problem[] = [...members.keys()]
    .filter((name) => !documents.some(([document]) => document === name))
    .slice(0, 10)
    .map((name) => ({ code: "field_unknown", facts: { name: `consents.${printable(name)}` } }));
  const value: Consent[] = [];
  for (const [document, { version, required = true }] of documents) {
    const field = `consents.${document}`;
    const shown = members.get(document);
    if (shown === version) value.push({ document, version, locale: about.locale, at: about.at });
    else if (typeof shown === "string" && shown !== "") {
      problems.push({ code: "consent_outdated", field, facts: { document, version } });
    } else if (isGiven(shown) && shown !== false) {
      problems.push({ code: "field_malformed", field, facts: { expected: "string" } });
    } else if (required) problems.push({ code: "consent_missing", field, facts: { document, version } });
  }
  return { value, problems };
}
