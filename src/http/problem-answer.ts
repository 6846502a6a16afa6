import type { Problem, Problems } from "../core/problem.js";
import { problemText } from "../messages/problem-text.js";
import { statusOf, titleOf } from "./problem-status.js";
import type { RequestError } from "./read-body.js";
import { faultText } from "./words.js";

/** An answer before it becomes a response. */
export interface Plain {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an answer words itself: in whose language, and where its problems are described. */
export interface Wording {
  readonly locale: string | undefined;
  /** The address of the description; each problem's type is a place in it. */
  readonly about: string;
}

/** Refuses as RFC 9457 says: the first problem gives status and words, all of them are listed. */
export function refusal(problems: Problems, rest: object, { locale, about }: Wording): Plain {
  const [first] = problems;
  const status = statusOf[first.code];
  const waits = problems.flatMap(waitOf);
  return {
    status,
    body: {
      ...head(first.code, status, problemText(first, locale), about),
      problems: problems.map((problem) => ({ ...problem, detail: problemText(problem, locale) })),
      ...rest,
    },
    ...(waits.length > 0 && { headers: { "Retry-After": String(Math.max(...waits)) } }),
  };
}

/** Refuses what never reached the registrar. */
export function rejection(error: RequestError, { locale, about }: Wording): Plain {
  const { fault, status, headers } = error;
  const detail = faultText(fault, locale);
  return {
    status,
    body: { ...head(fault, status, detail, about), problems: [{ code: fault, facts: {}, detail }] },
    headers,
  };
}

function head(code: string, status: number, detail: string, about: string) {
  return { type: `${about}#/components/schemas/Problem`, title: titleOf[status] ?? "Error", status, detail, code };
}

function waitOf({ facts }: Problem): readonly number[] {
  return "retryAfterSeconds" in facts ? [Math.max(1, Math.ceil(facts.retryAfterSeconds))] : [];
}
