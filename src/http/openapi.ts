import * as z from "zod";
import { examples, refusalExample } from "./examples.js";
import { answers, requests, type Verb } from "./schemas.js";
import { isVerb, verbs } from "./verbs.js";

const version = "1";
/** In place of a ticket in the examples: the beginning of one. */
const ticketExample = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..";

/** How the description is worded for one handler. */
export interface Described {
  readonly basePath: string;
  readonly ticket: "cookie" | "body";
}

/**
 * Describes the handler's routes in OpenAPI 3.1, from the schemas that its requests are read by.
 *
 * @example
 * ```ts
 * import { openApi } from "porchlight/http";
 * const document = openApi({ basePath: "/registration", ticket: "cookie" });
 * ```
 */
export function openApi({ basePath, ticket }: Described): object {
  const cookie = ticket === "cookie";
  const carried = cookie ? {} : { ticket: ticketExample };
  return {
    openapi: "3.1.1",
    info: {
      title: "Registration",
      version,
      description: cookie
        ? "The ticket travels in a cookie that no script reads. Every POST is same-origin JSON."
        : "The ticket of each answer is handed in with the next call. Every POST is JSON.",
    },
    paths: {
      ...Object.fromEntries(
        Object.keys(verbs)
          .filter(isVerb)
          .map((verb) => [`${basePath}/${verb}`, post(verb, carried)]),
      ),
      [`${basePath}/challenge`]: {
        get: {
          operationId: "challenge",
          summary: "What the captcha needs to show a challenge.",
          responses: {
            200: {
              description: "The captcha's own object.",
              content: { "application/json": { schema: { type: "object" } } },
            },
            204: { description: "It needs nothing." },
            default: refused,
          },
        },
      },
      [`${basePath}/openapi.json`]: {
        get: {
          operationId: "description",
          summary: "This description.",
          responses: {
            200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(
          Object.entries(requests).map(([verb, schema]) => [nameOf(verb), asSchema(schema, "input")]),
        ),
        ...Object.fromEntries(
          Object.entries(answers).map(([name, schema]) => [capital(name), asSchema(schema, "output")]),
        ),
      },
    },
  };
}

const refused = {
  description: "Refused, as RFC 9457 says. `code` names the problem; `Retry-After` says when to come back.",
  content: {
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" }, example: refusalExample },
  },
};

function post(verb: Verb, carried: object): object {
  const { summary, answer } = verbs[verb];
  const example = examples[verb];
  const json = (name: string, value: object) => ({
    "application/json": { schema: { $ref: `#/components/schemas/${name}` }, example: value },
  });
  const takesTicket = requests[verb].safeParse(carried).success;
  const givesTicket = answer === "answer" || answer === "activation";
  return {
    post: {
      operationId: verb,
      summary,
      requestBody: { required: true, content: json(nameOf(verb), { ...(takesTicket && carried), ...example.request }) },
      responses: {
        200: {
          description: "Done.",
          content: json(capital(answer), { ...example.answer, ...(givesTicket && carried) }),
        },
        default: refused,
      },
    },
  };
}

function asSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" });
  return described;
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
const nameOf = (verb: string): string => `${capital(verb.replace("-in", "In"))}Request`;
