import { readFileSync } from "node:fs";
import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createRegistrar, type Mail, type Mailer, PorchlightError } from "porchlight";
import { testPorts } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import type { Hasher } from "../../../src/ports.js";
import { type Collected, collect, type Series } from "./collected.js";

const mail = "canary.quillfeather@example.com";
const password = "canary vermilion tugboat nine";
const from = { ip: "203.0.113.77", locale: "en" };
const form = { email: mail, password, confirmation: password, captcha: "pass" };

/** A registrar with telemetry about everything that can have it. */
function openHouse(collected: Collected, own: { readonly mailer?: Mailer; readonly hasher?: Hasher } = {}) {
  const { telemetry } = collected;
  const ports = testPorts();
  const registrar = telemetry.registrar(
    createRegistrar({
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: {
        email: {
          mailer: telemetry.mailer(own.mailer ?? ports.mailer),
          activationUrl: "https://app.example/activate#t={token}",
          by: ["link", "code"],
        },
      },
      store: telemetry.store(ports.store),
      hasher: telemetry.hasher(own.hasher ?? ports.hasher),
      limiter: telemetry.limiter(ports.limiter),
      captcha: telemetry.captcha(ports.captcha),
      breach: telemetry.breach({ count: async () => 0 }),
      keys: ports.keys,
      clock: ports.clock,
      delivery: "manual",
      onSignal: telemetry.onSignal,
      onEvent: async () => undefined,
    }),
  );
  return { registrar, ports };
}

/** A whole life: a typo, a sign-up, a wrong and a right code, sign-ins. */
async function live(collected: Collected): Promise<ReturnType<typeof openHouse>> {
  const house = openHouse(collected);
  const { registrar, ports } = house;
  await registrar.start({ ...form, confirmation: "another" }, from);
  const { ticket } = await registrar.start(form, from);
  await registrar.deliver();
  const token = ports.mailer.link(mail).split("#t=")[1];
  await registrar.inspect(token, { ticket }, from);
  await registrar.inspect(`${token}x`, {}, from);
  await registrar.confirm(ticket, { code: "00000000" }, from);
  await registrar.confirm(ticket, { code: ports.mailer.code(mail) }, from);
  await registrar.deliver();
  for (let n = 0; n < 11; n += 1) await registrar.signIn({ identifier: mail, password: `not ${password}` }, from);
  ports.captcha.goDown();
  await expect(registrar.start(form, from)).rejects.toMatchObject({ code: "ERR_CAPTCHA" });
  return house;
}

const childrenOf = (spans: readonly ReadableSpan[], parent: ReadableSpan): readonly string[] =>
  spans.filter((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId).map(({ name }) => name);

function countOf(series: readonly Series[], name: string, attributes: Readonly<Record<string, unknown>>): unknown {
  const found = series.filter(
    (one) => one.name === name && Object.entries(attributes).every(([key, value]) => one.attributes[key] === value),
  );
  return found.reduce((sum, { value }) => sum + (typeof value === "number" ? value : 0), 0);
}

describe("a span", () => {
  it("stands for each verb, and those of its port calls lie within it, in their order", async () => {
    const collected = collect();
    await live(collected);
    const spans = collected.spans();
    const [typo, start] = spans.filter(({ name }) => name === "porchlight.start");
    if (typo === undefined || start === undefined) throw new Error("start left no span");
    expect(childrenOf(spans, typo)).toEqual([]);
    const within = childrenOf(spans, start);
    expect(within).toContain("porchlight.breach.count");
    expect(within.filter((name) => !name.includes("limiter"))).toEqual([
      "porchlight.captcha.check",
      "porchlight.breach.count",
      "porchlight.hasher.hash",
      "porchlight.store.commit",
    ]);
    const deliver = spans.find(({ name }) => name === "porchlight.deliver");
    if (deliver === undefined) throw new Error("deliver left no span");
    expect(childrenOf(spans, deliver)).toEqual(
      expect.arrayContaining(["porchlight.store.lease", "porchlight.mailer.send", "porchlight.store.settle"]),
    );
  });

  it("says the verb and what it came to", async () => {
    const collected = collect();
    await live(collected);
    const spans = collected.spans();
    const told = (name: string) => spans.filter((span) => span.name === name).map(({ attributes }) => attributes);
    expect(told("porchlight.confirm")).toEqual([
      {
        "porchlight.verb": "confirm",
        "porchlight.outcome": "refused",
        "porchlight.problems": ["code_wrong"],
      },
      { "porchlight.verb": "confirm", "porchlight.outcome": "ok" },
    ]);
    expect(told("porchlight.inspect")).toMatchObject([
      { "porchlight.outcome": "ok" },
      { "porchlight.outcome": "refused", "porchlight.problems": ["link_invalid"] },
    ]);
    const broken = spans.findLast(({ name }) => name === "porchlight.start");
    expect(broken?.attributes).toEqual({ "porchlight.verb": "start", "error.type": "ERR_CAPTCHA" });
    expect(broken?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(broken?.events).toEqual([]);
  });

  it("of a port that breaks says which code, and no word of it", async () => {
    const collected = collect();
    const fails: Mailer = {
      send: async (letter: Mail) => Promise.reject(new Error(`550 ${letter.to} ${letter.text}`)),
    };
    const { registrar } = openHouse(collected, { mailer: fails });
    await registrar.start(form, from);
    await registrar.deliver();
    const send = collected.spans().find(({ name }) => name === "porchlight.mailer.send");
    expect(send?.attributes).toEqual({
      "porchlight.port": "mailer",
      "porchlight.method": "send",
      "error.type": "ERR_MAILER",
    });
    expect(send?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(send?.events).toEqual([]);
  });

  it("of a port keeps the port's own code, and of another's slip none", async () => {
    const collected = collect();
    const full = async () => Promise.reject(new PorchlightError("ERR_OVERLOADED"));
    const { registrar } = openHouse(collected, { hasher: { hash: full, verify: full, outdated: () => false } });
    expect(await registrar.start(form, from)).toMatchObject({ ok: false, problems: [{ code: "busy" }] });
    await expect(registrar.setPassword("nobody", {})).rejects.toBeInstanceOf(TypeError);
    const types = collected.spans().map(({ name, attributes }) => [name, attributes["error.type"]]);
    expect(types).toContainEqual(["porchlight.hasher.hash", "ERR_OVERLOADED"]);
    expect(types).toContainEqual(["porchlight.setPassword", "_OTHER"]);
  });
});

describe("the metrics", () => {
  it("count the funnel, refusals by reason, limits by whose, and faults by code", async () => {
    const collected = collect();
    await live(collected);
    const series = await collected.series();
    const step = (name: string, more = {}) => countOf(series, "porchlight.steps", { "porchlight.step": name, ...more });
    expect(step("started")).toBe(3);
    expect(step("submitted", { "porchlight.channel": "email" })).toBe(1);
    expect(step("sent", { "porchlight.message": "activation" })).toBe(1);
    expect(step("sent", { "porchlight.message": "activated" })).toBe(1);
    expect(step("confirmed", { "porchlight.channel": "email" })).toBe(1);
    const refused = (code: string) => countOf(series, "porchlight.refusals", { "porchlight.problem": code });
    expect(refused("confirmation_mismatch")).toBe(1);
    expect(refused("code_wrong")).toBe(1);
    expect(refused("link_invalid")).toBe(1);
    expect(refused("credentials_wrong")).toBe(10);
    expect(refused("too_many_attempts")).toBe(1);
    expect(countOf(series, "porchlight.limits", { "porchlight.limit": "address", "porchlight.verb": "signIn" })).toBe(
      1,
    );
    expect(countOf(series, "porchlight.faults", { "error.type": "ERR_CAPTCHA", "porchlight.verb": "start" })).toBe(1);
  });

  it("time each verb and each port call", async () => {
    const collected = collect();
    await live(collected);
    const series = await collected.series();
    const times = (name: string, key: string) =>
      new Set(series.filter((one) => one.name === name).map(({ attributes }) => attributes[key]));
    expect(times("porchlight.verb.duration", "porchlight.verb")).toEqual(
      new Set(["start", "deliver", "inspect", "confirm", "signIn"]),
    );
    expect(times("porchlight.verb.duration", "porchlight.outcome")).toEqual(new Set(["ok", "refused", undefined]));
    expect(times("porchlight.port.duration", "porchlight.port")).toEqual(
      new Set(["store", "hasher", "limiter", "captcha", "breach", "mailer"]),
    );
  });
});

describe("telemetry", () => {
  it("carries no address, secret, id or word of anybody: its values are a closed few", async () => {
    const collected = collect();
    await live(collected);
    const values = [
      ...collected.spans().flatMap(({ name, attributes }) => [name, ...Object.values(attributes).flat()]),
      ...(await collected.series()).flatMap(({ attributes }) => Object.values(attributes)),
    ].map(String);
    expect(values.length).toBeGreaterThan(200);
    const names = /^porchlight\.[a-zA-Z.]{4,20}$|^[a-zA-Z_]{2,24}$/;
    expect(values.filter((value) => !names.test(value))).toEqual([]);
    expect(values.filter((value) => /canary|quill|example|203/.test(value))).toEqual([]);
  });

  it("changes no answer", async () => {
    const { registrar, ports } = openHouse(collect());
    const { mailer, texter, ...others } = testPorts();
    const activationUrl = "https://app.example/activate#t={token}";
    const bare = createRegistrar({
      ...others,
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: { email: { mailer, activationUrl, by: ["link", "code"] } },
    });
    for (const fields of [{}, { email: "no" }, form]) {
      const { ticket: one, ...traced } = await registrar.start(fields, from);
      const { ticket: two, ...plain } = await bare.start(fields, from);
      expect(traced).toEqual(plain);
      expect(typeof one).toBe(typeof two);
    }
    await registrar.deliver();
    expect(ports.mailer.last(mail).kind).toBe("activation");
    await registrar.close();
  });

  it("leaves a port's constants, its optional verbs and its own `this` as they are", async () => {
    const { telemetry } = collect();
    class Counting {
      #count = 0;
      get timeoutSeconds() {
        return 7;
      }
      async hash() {
        this.#count += 1;
        return `$${this.#count}`;
      }
      async verify() {
        return this.#count > 0;
      }
      outdated() {
        return this.#count === 0;
      }
    }
    const hasher = telemetry.hasher(Object.freeze(new Counting()));
    expect([hasher.outdated(""), await hasher.hash(""), await hasher.verify("", ""), hasher.outdated("")]).toEqual([
      true,
      "$1",
      true,
      false,
    ]);
    const { store, limiter } = testPorts();
    expect(telemetry.store(store).singleProcess).toBe(true);
    expect(telemetry.store({ ...store, timeoutSeconds: 9 }).timeoutSeconds).toBe(9);
    expect(Object.keys(telemetry.limiter(limiter)).sort()).toEqual(Object.keys(limiter).sort());
    expect(telemetry.captcha({ check: async () => ({ passed: false }) })).not.toHaveProperty("challenge");
  });
});

describe("docs/telemetry.md", () => {
  const page = readFileSync("docs/telemetry.md", "utf8");
  /** As the Prometheus exporter of OpenTelemetry writes it. */
  const asPrometheus = ({ name, unit, value }: Series): readonly string[] => {
    const base = name.replaceAll(".", "_");
    if (typeof value === "number") return [`${base}_total`];
    return unit === "s" ? ["bucket", "count", "sum"].map((part) => `${base}_seconds_${part}`) : [];
  };

  it("names in its queries only what is exported", async () => {
    const collected = collect();
    await live(collected);
    const series = await collected.series();
    const exported = new Set([
      ...series.flatMap(asPrometheus),
      ...series.flatMap(({ attributes }) => Object.keys(attributes).map((key) => key.replaceAll(".", "_"))),
      // Given by a telephone alone.
      "porchlight_country",
    ]);
    const named = page.match(/\bporchlight_[a-z_]+/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !exported.has(name))).toEqual([]);
  });

  it("lists every metric and every attribute that is exported", async () => {
    const collected = collect();
    await live(collected);
    const series = await collected.series();
    const names = new Set([
      ...series.map(({ name }) => name),
      ...series.flatMap(({ attributes }) => Object.keys(attributes)),
      ...collected.spans().flatMap(({ attributes }) => Object.keys(attributes)),
    ]);
    expect(names.size).toBeGreaterThan(12);
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
