import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../src/errors.js";

describe("PorchlightError", () => {
  it.each([
    ["PostgreSQL's serialisation failure", { code: "40001" }],
    ["PostgreSQL's deadlock", { code: "40P01" }],
    ["MySQL's deadlock", { code: "ER_LOCK_DEADLOCK", errno: 1213 }],
    ["MySQL's lock wait", { code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205 }],
    ["SQLite's busy snapshot", { code: "SQLITE_BUSY_SNAPSHOT" }],
    ["node:sqlite's busy", { code: "ERR_SQLITE_ERROR", errcode: 5 }],
    ["a refused connection", { code: "ECONNREFUSED", errno: -111 }],
    ["a provider's status", { status: 503 }],
  ])("keeps by what %s is known", (_, known) => {
    const error = Object.assign(new Error("insert into person values ('ada@example.com')"), known);
    expect(new PorchlightError("ERR_HOST_CALLBACK", { cause: error }).cause).toEqual({ name: "Error", ...known });
  });

  it("finds a driver's code beneath what query builders wrap around it", () => {
    const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01", name: "DatabaseError" });
    const query = new Error("Failed query: insert into person", { cause: deadlock });
    query.name = "DrizzleQueryError";
    expect(new PorchlightError("ERR_HOST_CALLBACK", { cause: query }).cause).toEqual({
      name: "DrizzleQueryError",
      code: "40P01",
    });
    const own = Object.assign(new Error("sign-up failed", { cause: query }), { code: "SIGN_UP" });
    expect(new PorchlightError("ERR_HOST_CALLBACK", { cause: own }).cause).toEqual({ name: "Error", code: "SIGN_UP" });
  });

  it("follows no circle of causes for ever", () => {
    const first = new Error("first");
    first.cause = new Error("second", { cause: first });
    expect(new PorchlightError("ERR_STORE", { cause: first }).cause).toEqual({ name: "Error" });
  });

  it("keeps no words of whatever lies beneath", () => {
    const raw = Object.assign(new Error("ada@example.com"), { detail: "Key (mail)=(ada@example.com) already exists." });
    const { cause, message } = new PorchlightError("ERR_STORE", { cause: new Error("wrapped", { cause: raw }) });
    expect(JSON.stringify([cause, message])).not.toContain("ada");
  });

  it("names the command where the schema is too old", () => {
    const { message } = new PorchlightError("ERR_SCHEMA_OUTDATED");
    expect(message).toContain('run "await migrate(db)"');
    expect(message).toContain("schema()");
  });
});
