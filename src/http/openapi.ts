import * as z from "zod";
import { answers, requests } from "./schemas.js";
import { verbs } from "./verbs.js";

const version = "1";

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
      ...Object.fromEntries(Object.entries(verbs).map(([verb, one]) => [`${basePath}/${verb}`, post(verb, one)])),
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
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function post(verb: string, { summary, answer }: (typeof verbs)[keyof typeof verbs]): object {
  const json = (name: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });
  return {
    post: {
      operationId: verb,
      summary,
      requestBody: { required: true, content: json(nameOf(verb)) },
      responses: { 200: { description: "Done.", content: json(capital(answer)) }, default: refused },
    },
  };
}

function asSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" });
  return described;
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
const nameOf = (verb: string): string => `${capital(verb.replace("-in", "In"))}Request`;
