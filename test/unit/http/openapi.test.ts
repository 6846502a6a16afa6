import { readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { refusalExample } from "../../../src/http/examples.js";
import { openApi } from "../../../src/http/index.js";
import { requests } from "../../../src/http/schemas.js";
import { form, mobile, password, phoneForm, tokenTo, wrong } from "../registrar/house.js";
import { type Heard, openSite, origin, verbs } from "./site.js";

const file = new URL("../../../docs/openapi.json", import.meta.url);

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Operation {
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: { readonly $ref?: string }; readonly example?: unknown }>>;

const described: Described = JSON.parse(JSON.stringify(openApi({ basePath: "/registration", ticket: "cookie" })));
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(described, "description");

function faultsOf(name: string, value: unknown): unknown {
  const validate = ajv.getSchema(`description${name}`) ?? ajv.compile({ $ref: `description${name}` });
  return validate(value) ? [] : validate.errors;
}

const refOf = (content: Content | undefined): string => Object.values(content ?? {})[0]?.schema.$ref ?? "";

/** What the description says of an answer, by its verb and its status. */
function answerFaults(verb: string, { response, body }: Heard): unknown {
  const operation = described.paths[`/registration/${verb}`]?.post;
  const said = operation?.responses[response.status] ?? operation?.responses.default;
  const [type = ""] = Object.keys(said?.content ?? {});
  expect(response.headers.get("content-type")).toBe(type);
  return faultsOf(refOf(said?.content), body);
}

describe("the description", () => {
  it("is the file in docs/", () => {
    const text = `${JSON.stringify(described, null, 2)}\n`;
    if (process.env.UPDATE_OPENAPI === "1") writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("is served, to GET and HEAD", async () => {
    const { handle } = openSite();
    const response = await handle(new Request(`${origin}/registration/openapi.json`));
    expect(await response.json()).toEqual(described);
    expect((await handle(new Request(`${origin}/registration/openapi.json`, { method: "HEAD" }))).status).toBe(200);
  });

  it("has every verb, and each place that it refers to", () => {
    const paths = Object.keys(described.paths).map((path) => path.replace("/registration/", ""));
    expect(paths).toEqual([...Object.keys(requests), "challenge", "openapi.json"]);
    expect(Object.keys(requests)).toEqual(verbs);
    const refs = JSON.stringify(described).match(/"#\/[^"]+"/g) ?? [];
    for (const ref of refs)
      expect(Object.keys(described.components.schemas)).toContain(JSON.parse(ref).split("/").at(-1));
  });

  it("fits every answer of a sign-up, and every refusal", async () => {
    const { house, post } = openSite();
    const mail = "ada@example.com";
    const heard: [string, Heard][] = [];
    const say = async (verb: string, body: object) => {
      expect(faultsOf(refOf(described.paths[`/registration/${verb}`]?.post?.requestBody?.content), body)).toEqual([]);
      const answer = await post(verb, body);
      heard.push([verb, answer]);
      return answer;
    };
    await say("start", {});
    await say("submit", { email: "nobody", password: "short", confirmation: "other", captcha: "no" });
    await say("submit", { ...form(mail), consents: {}, profile: { name: "Ada" } });
    await say("submit", form(mail));
    await say("resend", {});
    await house.registrar.deliver();
    const token = tokenTo(house, mail);
    await say("inspect", { token });
    await say("confirm", { code: wrong(house.ports.mailer.code(mail)) });
    await say("activate", { token, password });
    await say("activate", { token });
    await say("inspect", { token });
    await say("status", {});
    await say("disown", { token });
    await say("sign-in", { identifier: mail, password });
    await say("sign-in", { identifier: mail, password: "another of fifteen" });
    await say("start", phoneForm(mobile));
    await say("change", { email: "eve@example.com" });
    await say("cancel", {});
    for (const [verb, answer] of heard) expect([verb, answerFaults(verb, answer)]).toEqual([verb, []]);
    expect(new Set(heard.map(([, { response }]) => response.status)).size).toBeGreaterThan(3);
  });

  it.each(["cookie", "body"] as const)(
    "shows an example of every body and answer that fits, with tickets in the %s",
    (ticket) => {
      const { paths }: Described = JSON.parse(JSON.stringify(openApi({ basePath: "/registration", ticket })));
      const posts = Object.values(paths).flatMap(({ post }) => (post === undefined ? [] : [post]));
      const contents = posts.flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)]);
      expect(contents).toHaveLength(3 * Object.keys(requests).length);
      for (const said of contents) {
        const [one] = Object.values(said?.content ?? {});
        expect(one?.example).toBeInstanceOf(Object);
        expect(faultsOf(refOf(said?.content), one?.example)).toEqual([]);
      }
      const carried = contents.filter((said) => JSON.stringify(said).includes('"ticket":"'));
      expect(carried).toHaveLength(ticket === "body" ? 16 : 0);
    },
  );

  it("words its example of a refusal as the handler does", async () => {
    const { house, post } = openSite();
    await post("start", form("ada@example.com"));
    await house.registrar.deliver();
    const { body } = await post("confirm", { code: wrong(house.ports.mailer.code("ada@example.com")) });
    const { registration: shown, ...words } = refusalExample;
    const { registration: answered, ...said } = body;
    expect(said).toEqual(words);
    expect(Object.keys(answered ?? {})).toEqual(Object.keys(shown));
  });

  it("does not fit an answer that differs", () => {
    expect(faultsOf("#/components/schemas/Answer", { ok: true, registration: { step: "nowhere" } })).not.toEqual([]);
  });
});
