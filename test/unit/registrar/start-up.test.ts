import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { openHouse } from "./house.js";

const houseWith = (ready: () => Promise<void>) => {
  const { ports } = openHouse();
  return openHouse({ ports: { ...ports, store: { ...ports.store, ready } } });
};

describe("ready()", () => {
  it("resolves at once where the store has no schema", async () => {
    await expect(openHouse().registrar.ready()).resolves.toBeUndefined();
  });

  it("asks the store", async () => {
    let asked = 0;
    const { registrar } = houseWith(async () => {
      asked += 1;
    });
    await expect(registrar.ready()).resolves.toBeUndefined();
    expect(asked).toBe(1);
  });

  it("refuses an old schema by the command that migrates it", async () => {
    const { registrar } = houseWith(async () => {
      throw new PorchlightError("ERR_SCHEMA_OUTDATED");
    });
    const refused = registrar.ready();
    await expect(refused).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await expect(refused).rejects.toThrow(/await migrate\(db\)/);
  });

  it("fails as the store where it cannot be reached, without its words", async () => {
    const { registrar } = houseWith(async () => {
      throw Object.assign(new Error("connect ECONNREFUSED, password=hunter2"), { code: "ECONNREFUSED" });
    });
    const failed = await registrar.ready().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "ERR_STORE", cause: { code: "ECONNREFUSED" } });
    expect(String(failed)).not.toContain("hunter2");
  });
});
