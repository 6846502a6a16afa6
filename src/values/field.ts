import type { None, Result } from "../result.js";

/** What can be wrong with any field before its meaning is looked at; `expected` is what would pass. */
export interface FieldFacts {
  field_missing: None;
  field_malformed: { expected: "string" | "object" | "digits" };
}

/** The answer for a field that was left empty. */
export function missing(field: string): Result<never, FieldFacts> {
  return { ok: false, problems: [{ code: "field_missing", field, facts: {} }] };
}

/** Reads a field as text. `undefined`, `null` and `""` are all "left empty", for that is how forms send it. */
export function readText(typed: unknown, field: string): Result<string, FieldFacts> {
  if (typed === undefined || typed === null || typed === "") return missing(field);
  if (typeof typed === "string") return { ok: true, value: typed };
  return { ok: false, problems: [{ code: "field_malformed", field, facts: { expected: "string" } }] };
}
