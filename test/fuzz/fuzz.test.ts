import { describe, expect, it } from "vitest";
import { verbNames } from "./calls.js";
import { forgedLinks, forgedTickets } from "./forged-tickets.js";
import { fuzz } from "./fuzz.js";
import { jsonShapes, liveShapes } from "./hostile-shapes.js";
import { naughtyKinds, naughtyTexts } from "./naughty-texts.js";
import { openWorld } from "./world.js";

describe("fifty thousand hostile calls", () => {
  it("are refused without work, whatever their stage, and poison nothing (T10, T12, T13, T19, T26, T28)", async () => {
    const wanted = 50_000;
    // The same calls in every run, so that what fails is the change's doing; `npm run fuzz` goes where nobody was.
    const report = await fuzz({ calls: wanted, seed: 14 });
    expect(report.finding).toBeUndefined();
    expect(report.calls).toBeGreaterThanOrEqual(wanted);
    // The rest has its problems by chance, and is judged by what came of it.
    expect(report.certain).toBeGreaterThan(wanted * 0.7);
    expect(report.signUps).toBeGreaterThanOrEqual(wanted / 200);
    for (const verb of verbNames) {
      expect(report.counts[`in process: ${verb}`], `${verb} in process`).toBeGreaterThan(500);
      if (verb !== "setPassword") expect(report.counts[`over HTTP: ${verb}`], `${verb} over HTTP`).toBeGreaterThan(100);
    }
    expect(report.counts["odd requests"]).toBeGreaterThan(2_000);
  }, 300_000);

  it("are the same calls again under the same seed", async () => {
    const [one, other] = [await fuzz({ calls: 400, seed: 7 }), await fuzz({ calls: 400, seed: 7 })];
    expect(one.counts).toEqual(other.counts);
    expect((await fuzz({ calls: 400, seed: 8 })).counts).not.toEqual(one.counts);
  });
});

describe("the corpus", () => {
  it("has at least 200 texts, no two alike, of every kind at least five", () => {
    expect(naughtyTexts.length).toBeGreaterThanOrEqual(200);
    expect(new Set(naughtyTexts.map(({ text }) => text)).size).toBe(naughtyTexts.length);
    expect(Object.entries(naughtyKinds).filter(([, texts]) => texts < 5)).toEqual([]);
    expect(Object.keys(naughtyKinds).length).toBeGreaterThanOrEqual(25);
  });

  it("has at least 40 forgeries of a ticket and 20 of a link, none of them the good one", async () => {
    const { loot } = await openWorld();
    const tickets = Object.values(forgedTickets).map((forge) => forge(loot));
    const links = Object.values(forgedLinks).map((forge) => forge(loot));
    expect(tickets.length).toBeGreaterThanOrEqual(40);
    expect(links.length).toBeGreaterThanOrEqual(20);
    expect(tickets).not.toContain(loot.ticket);
    expect(links).not.toContain(loot.link);
  });

  it("has shapes that JSON can say, and others that it cannot", () => {
    for (const { name, make } of jsonShapes) expect(() => JSON.stringify(make()), name).not.toThrow();
    expect(new Set([...jsonShapes, ...liveShapes].map(({ name }) => name)).size).toBe(
      jsonShapes.length + liveShapes.length,
    );
  });
});
