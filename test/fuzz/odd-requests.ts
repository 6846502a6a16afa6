import fc from "fast-check";
import { verbs } from "../unit/http/site.js";
import { ask } from "./act.js";
import { Finding } from "./judge.js";
import { naughtyTexts } from "./naughty-texts.js";
import type { World } from "./world.js";

/** A request that no page sends: refused before any field of it is read. */
export interface OddRequest {
  readonly name: string;
  readonly site: "cookie" | "body";
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

const json = "application/json";
const sameOrigin = { "Sec-Fetch-Site": "same-origin" };
const paths = fc.constantFrom(...verbs.map((verb) => `/registration/${verb}`));
const sites = fc.constantFrom("cookie" as const, "body" as const);

/** Bodies that are no JSON, or no object. */
const bodies: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {
  nothing: "",
  "half an object": '{"email":',
  "a comma too many": '{"email":"ada@example.com",}',
  "single quotes": "{'email':'ada@example.com'}",
  "a comment": '{"email":"ada@example.com"}//',
  "two objects": "{}{}",
  "a list": "[]",
  "a list of objects": '[{"email":"ada@example.com"}]',
  "a text": '"email"',
  "a number": "1e999",
  null: "null",
  "no number": "NaN",
  "8,000 lists in each other": "[".repeat(8_000) + "]".repeat(8_000),
  "8,000 lists without an end": "[".repeat(8_000),
  "2,000 objects in each other": `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
  "17 kB": JSON.stringify({ email: "a".repeat(17_000) }),
  "a form": "email=ada%40example.com",
  XML: "<email>ada@example.com</email>",
  "bytes that are no UTF-8": Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d),
  "an overlong slash": Uint8Array.of(0x22, 0xc0, 0xaf, 0x22),
  "half a surrogate in UTF-8": Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
  "UTF-16": Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
  noughts: new Uint8Array(64),
  "an own __proto__": '{"__proto__":{"polluted":true}}',
  "an own __proto__ beside a member": '{"password":"x","__proto__":{"email":"ada@example.com"}}',
  "a constructor": '{"constructor":{"prototype":{"polluted":true}}}',
};
const badBody = fc.constantFrom(...Object.entries(bodies));

const request = (
  parts: {
    readonly [Part in "name" | "path" | "method" | "headers" | "body"]: fc.Arbitrary<OddRequest[Part]>;
  },
): fc.Arbitrary<OddRequest> => fc.record({ site: sites, ...parts });

const wrongBody = badBody.chain(([name, body]) =>
  request({
    name: fc.constant(name),
    path: paths,
    method: fc.constant("POST"),
    headers: fc.constant({ ...sameOrigin, "Content-Type": json }),
    body: fc.constant(body),
  }),
);

const wrongType = request({
  name: fc.constant("another type"),
  path: paths,
  method: fc.constant("POST"),
  headers: fc
    .constantFrom(
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=a",
      "application/jsonp",
      "text/json",
      "application/xml",
      "a",
      "application/json,text/plain",
    )
    .map((type) => ({ ...sameOrigin, "Content-Type": type })),
  body: fc.constantFrom("{}", '{"email":"ada@example.com"}'),
});

const wrongSite = request({
  name: fc.constant("another site"),
  path: paths,
  method: fc.constant("POST"),
  headers: fc
    .constantFrom<Readonly<Record<string, string>>>(
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "none" },
      { "Sec-Fetch-Site": "same-origin, cross-site" },
      { "Sec-Fetch-Site": "SAME-ORIGIN" },
      { Origin: "null" },
      { Origin: "https://evil.example" },
      { Origin: "https://app.example.evil.example" },
      { Origin: "https://app.example:444" },
      { Origin: "https://APP.example" },
    )
    .map((headers) => ({ ...headers, "Content-Type": json })),
  body: fc.constantFrom("{}", '{"email":"ada@example.com"}'),
});

const wrongMethod = request({
  name: fc.constant("another method"),
  path: paths,
  method: fc.constantFrom("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"),
  headers: fc.constant({ ...sameOrigin, "Content-Type": json }),
  body: fc.constant(undefined),
});

const wrongPath = request({
  name: fc.constant("another path"),
  path: fc.oneof(
    fc.webPath().map((path) => `/registration/-${path}`),
    fc.constantFrom(...naughtyTexts).map(({ text }) => `/registration/x${encodeURIComponent(text.toWellFormed())}`),
    fc.constantFrom(
      "/registration/__proto__",
      "/registration/constructor",
      "/registration/hasOwnProperty",
      "/registration/start/",
      "/registration//start",
      "/registration/start%00",
      "/registration/%2e%2e/registration/start/x",
      "/registration/sign-in/../../secret",
      "/registration/start;a=b",
    ),
  ),
  method: fc.constant("POST"),
  headers: fc.constant({ ...sameOrigin, "Content-Type": json }),
  body: fc.constant("{}"),
});

/** Requests of every such kind. */
export const oddRequests: fc.Arbitrary<OddRequest> = fc.oneof(wrongBody, wrongType, wrongSite, wrongMethod, wrongPath);

/** Sends one; throws a {@link Finding} unless it was refused as a problem and nobody was asked anything. */
export async function send(world: World, odd: OddRequest): Promise<void> {
  const { site, path, method, headers, body } = odd;
  const outcome = await ask(world, site, path, { method, headers, ...(body !== undefined && { body }) });
  const fail = (what: string) => {
    throw new Finding(what, { ...odd, body: String(body).slice(0, 100) });
  };
  if (outcome.kind !== "response") return fail("there was no response");
  const { response } = outcome;
  if (response.status < 400 || response.status >= 500) fail(`it answered ${response.status}`);
  if (response.headers.get("content-type") !== "application/problem+json") fail("a refusal is no problem+json");
  if (response.headers.getSetCookie().length > 0) fail("it sets a cookie");
  if (Reflect.get({}, "polluted") !== undefined) fail("a prototype was polluted");
  const calls = world.house.calls.map(({ port, verb }) => `${port}.${verb}`);
  if (calls.length > 0) fail(`it called ${calls}`);
}
