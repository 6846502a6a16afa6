import { PorchlightError } from "porchlight";
import { beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "./act.js";
import type { Call } from "./calls.js";
import { judge } from "./judge.js";
import { openWorld, type World } from "./world.js";

const fields = { email: "no address", password: "canary of a password" };
const call: Call = {
  verb: "submit",
  way: "call",
  stage: "blank",
  hand: { name: "its own" },
  fields: { name: "email: no address", make: () => fields },
  locale: { name: "en", make: () => "en" },
  certain: true,
};
const refusal = { ok: false, problems: [{ code: "email_malformed", facts: {} }] };
const said = (answer: unknown): Outcome => ({ kind: "answer", answer });
const responded = (body: string, init: ResponseInit): Outcome => ({
  kind: "response",
  body,
  response: new Response(body, {
    ...init,
    headers: { "Cache-Control": "no-store", "Content-Type": "application/problem+json", ...init.headers },
  }),
});
const problem = JSON.stringify({ status: 422, code: "email_malformed", problems: refusal.problems });

type Planted = World["house"]["calls"][number];

describe("the judge of a fuzzer", () => {
  let world: World;
  let planted: readonly Planted[];
  let counted: readonly string[];
  beforeEach(async () => {
    world = await openWorld();
    planted = [];
    counted = [];
  });

  const judged = async (outcome: Outcome, change: Partial<Call> = {}) => {
    const stage = await world.stage("blank");
    world.house.calls.length = 0;
    world.house.calls.push(...planted);
    const keysBefore = world.keys.size;
    for (const key of counted) world.keys.add(key);
    judge(world, { call: { ...call, ...change }, stage, fields, keysBefore }, outcome);
  };
  it("lets a refusal without work pass, in process and over HTTP", async () => {
    await expect(judged(said(refusal))).resolves.toBeUndefined();
    await expect(judged(responded(problem, { status: 422 }))).resolves.toBeUndefined();
  });

  it.each<[string, Outcome, RegExp]>([
    ["what was thrown", { kind: "thrown", error: new RangeError("too deep") }, /threw RangeError/],
    ["a port's failure", { kind: "thrown", error: new PorchlightError("ERR_STORE") }, /threw ERR_STORE/],
    ["no answer", said(undefined), /answered nothing/],
    ["an answer that is no plain data", said({ ...refusal, at: new Date(0) }), /no plain data/],
    ["an answer that repeats a password", said({ ...refusal, typed: fields.password }), /repeats canary/],
    ["what was taken", said({ ok: true }), /not refused/],
    ["a server error", responded("{}", { status: 500 }), /answered 500/],
    ["a stack", responded(`${problem}at run (/srv/a.js:1)`, { status: 422 }), /shows a stack/],
    [
      "a refusal of another type",
      responded(problem, { status: 422, headers: { "Content-Type": "text/html" } }),
      /no problem/,
    ],
    ["a status that the body does not say", responded(problem, { status: 400 }), /a refusal says/],
    [
      "an answer that may be kept",
      responded(problem, { status: 422, headers: { "Cache-Control": "public" } }),
      /be kept/,
    ],
    ["a cookie of other attributes", responded(problem, { status: 422, headers: { "Set-Cookie": "a=b" } }), /sets a=b/],
  ])("finds %s", async (_, outcome, what) => {
    await expect(judged(outcome)).rejects.toThrow(what);
  });

  it.each([
    ["store", "find"],
    ["store", "commit"],
    ["hasher", "hash"],
    ["captcha", "check"],
    ["mailer", "send"],
  ])("finds a call of %s.%s for an unfinished sign-up", async (port, verb) => {
    planted = [{ port, verb, shape: "" }];
    await expect(judged(said(refusal))).rejects.toThrow(`it called ${port}.${verb}`);
  });

  it("finds a counter that is not the caller's own", async () => {
    counted = ["sends-day:address:AAAAAAAAAAAAAAAAAAAAAA"];
    await expect(judged(said(refusal))).rejects.toThrow("it counts sends-day");
  });

  it("finds a forged ticket that heard of something else", async () => {
    const hand = { name: "forged", forge: () => "forged" };
    await expect(judged(said(refusal), { hand })).rejects.toThrow("it heard email_malformed");
  });

  it("finds a polluted prototype", async () => {
    Reflect.set(Object.prototype, "polluted", true);
    const found = await judged(said(refusal)).catch((error: unknown) => error);
    Reflect.deleteProperty(Object.prototype, "polluted");
    expect(String(found)).toMatch(/prototype was polluted/);
  });
});
