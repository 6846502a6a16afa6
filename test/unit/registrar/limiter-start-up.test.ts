import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { createRegistrar } from "../../../src/index.js";
import type { Limiter } from "../../../src/ports.js";
import { guardedStore } from "../../../src/registrar/guarded-ports.js";
import { memoryStore } from "../../../src/store/memory.js";
import { testPorts } from "../../../src/testing/index.js";
import { openHouse } from "./house.js";

type Look = () => Promise<void>;

function houseWith({ store, limiter }: { readonly store?: Look; readonly limiter?: Look }) {
  const ports = testPorts();
  return openHouse({
    ports: {
      ...ports,
      store: { ...ports.store, ...(store && { ready: store }) },
      limiter: { ...ports.limiter, ...(limiter && { ready: limiter }) },
    },
  }).registrar;
}

describe("ready()", () => {
  it("asks the store, then the limiter, as a member of its port", async () => {
    const asked: string[] = [];
    const limiter: Limiter = {
      ...testPorts().limiter,
      async ready() {
        asked.push(this === limiter ? "limiter" : "nobody");
      },
    };
    const { store, ...ports } = testPorts();
    const looking = { ...store, ready: async () => void asked.push("store") };
    await openHouse({ ports: { ...ports, store: looking }, limiter }).registrar.ready();
    expect(asked).toEqual(["store", "limiter"]);
  });

  it("asks a limiter that stands beside a store without a schema", async () => {
    const registrar = houseWith({ limiter: () => Promise.reject(new PorchlightError("ERR_SCHEMA_OUTDATED")) });
    await expect(registrar.ready()).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
  });

  it("tells the store's failure first", async () => {
    const registrar = houseWith({
      store: () => Promise.reject(new PorchlightError("ERR_STORE")),
      limiter: () => Promise.reject(new PorchlightError("ERR_LIMITER")),
    });
    await expect(registrar.ready()).rejects.toMatchObject({ code: "ERR_STORE" });
  });

  it("fails as the limiter where that cannot be reached, without its words", async () => {
    const refusal = Object.assign(new Error("connect ECONNREFUSED, password=hunter2"), { code: "ECONNREFUSED" });
    const failed = await houseWith({ limiter: () => Promise.reject(refusal) })
      .ready()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "ERR_LIMITER", cause: { code: "ECONNREFUSED" } });
    expect(String(failed)).not.toContain("hunter2");
  });
});

it("a limiter whose ready is no function is refused at start-up", () => {
  const { mailer, texter: _, ...ports } = testPorts();
  const activationUrl = "https://app.example/activate#t={token}";
  const options = {
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl } },
    ...ports,
    limiter: { ...ports.limiter, ready: true },
  };
  expect(() => Reflect.apply(createRegistrar, undefined, [options])).toThrow(/limiter\.ready: must be a function/);
});

it.each(["email", "phone", "event"] as const)("a guarded store is asked for the lane %s as it is", async (lane) => {
  const asked: unknown[] = [];
  const store = guardedStore({
    ...memoryStore(),
    async lease(...given) {
      asked.push(given);
      return [];
    },
  });
  await store.lease(1, 2, 3, lane);
  expect(asked).toEqual([[1, 2, 3, lane]]);
});
