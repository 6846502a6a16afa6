import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { PorchlightError, type Signal } from "porchlight";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { openHouse } from "../unit/registrar/house.js";
import { mail, paths } from "../unit/registrar/signals-of-each-path.js";

const audit = readFileSync("docs/audit.md", "utf8");
const telemetry = readFileSync("docs/telemetry.md", "utf8");

const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code = ""]) => code);

/** The page's own function, as a host would copy it. */
async function pagesLine(): Promise<(signal: Signal) => string> {
  const [code = ""] = blocks(audit, "ts");
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const { auditLine } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`);
  return auditLine;
}

/** All that a whole sign-up, a failed one and some sign-ins tell. */
async function signalsOfADay(): Promise<readonly Signal[]> {
  const told: Signal[] = [];
  for (const path of paths.filter(({ breaks }) => breaks === undefined)) {
    const house = openHouse();
    const given = (await path.before?.(house)) ?? "";
    await path.call(house, given).catch(() => undefined);
    told.push(...house.signals);
  }
  return told;
}

describe("docs/audit.md", () => {
  const db = new PGlite();
  afterAll(() => db.close());

  it("shows a line that says when in UTC, what, from where and who, and of an error its codes alone", async () => {
    const auditLine = await pagesLine();
    const cause = Object.assign(new Error(`no room for ${mail}`), { code: "ECONNREFUSED", detail: mail });
    const line = auditLine({
      at: Date.UTC(2026, 0, 1),
      verb: "resend",
      type: "fault",
      error: new PorchlightError("ERR_STORE", { cause }),
    });
    expect(JSON.parse(line)).toEqual({
      at: "2026-01-01T00:00:00.000Z",
      verb: "resend",
      type: "fault",
      error: { code: "ERR_STORE", cause: { name: "Error", code: "ECONNREFUSED" } },
    });
    for (const example of blocks(audit, "json").join("").trim().split("\n")) {
      const { at, verb, type } = JSON.parse(example);
      expect([new Date(at).toISOString(), typeof verb]).toEqual([at, "string"]);
      expect(audit).toContain(`\`${type}\``);
    }
  });

  it("shows SQL that runs, and that answers who was refused what, and how many came through", async () => {
    const auditLine = await pagesLine();
    const [sql = ""] = blocks(audit, "sql");
    const [create = "", insert = "", refused = ""] = sql.split(";\n");
    await db.exec(create);
    const signals = (await signalsOfADay()).map((signal) => ({ ...signal, at: Date.now() }));
    for (const signal of signals) await db.query(insert, [auditLine(signal)]);
    const { rows } = await db.query<{ caller: string; verb: string; codes: string[]; times: number }>(refused);
    expect(rows).toContainEqual(
      expect.objectContaining({
        verb: "signIn",
        codes: ["credentials_wrong"],
        caller: expect.stringMatching(/^caller:/),
      }),
    );
    const sum = rows.reduce((all, { times }) => all + Number(times), 0);
    expect(sum).toBe(signals.filter(({ type }) => type === "refused").length);
    const [funnel = ""] = blocks(telemetry, "sql");
    const byChannel = await db.query<{ channel: string; accounts: number }>(funnel);
    const accounts = signals.filter(
      ({ type, channel }) => (type === "confirmed" || type === "activated") && channel === "email",
    );
    expect(byChannel.rows.find(({ channel }) => channel === "email")?.accounts).toBe(accounts.length);
  });

  it("lists every type of signal", () => {
    const types = new Set(paths.flatMap(({ told }) => told.map((one) => one.split(" ")[0])));
    expect([...types].filter((type) => !audit.includes(`\`${type}\``))).toEqual([]);
  });
});
