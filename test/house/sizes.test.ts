import { describe, expect, it } from "vitest";
import { bundle, publicPaths, sourceOf, weigh } from "../../bench/bundle.js";

/** What a public path may weigh and load. */
interface Bounds {
  /** The most bytes of it, minified and compressed: what it had in November 2026, and a tenth. */
  readonly bytes: number;
  /** What is loaded with it. */
  readonly loads?: readonly string[];
  /** What is loaded with the first call that needs it. */
  readonly later?: readonly string[];
}

const phone = "libphonenumber-js/max";

/** In a page: all that comes with them is in the figure. */
const inBrowsers: Readonly<Record<string, Bounds>> = {
  "./client": { bytes: 5_010 },
  "./values/blocklist": { bytes: 106_340 },
  "./values/code": { bytes: 470 },
  "./values/email": { bytes: 1_160 },
  "./values/identifier": { bytes: 180 },
  "./values/parse-identifier": { bytes: 57_040, loads: [phone] },
  "./values/password": { bytes: 3_220 },
  "./values/password-strength": { bytes: 3_070 },
  "./values/phone": { bytes: 55_480, loads: [phone] },
  "./values/suggest-email": { bytes: 1_240 },
};

/** On a server: our own code, for packages lie beside it. */
const onServers: Readonly<Record<string, Bounds>> = {
  ".": { bytes: 48_410, later: ["jose", phone] },
  "./breach/hibp": { bytes: 1_880, loads: ["node:crypto"] },
  "./captcha/altcha": { bytes: 1_230, loads: ["node:crypto", "zod"] },
  "./captcha/siteverify": { bytes: 3_470, loads: ["node:crypto", "zod"] },
  "./hasher/argon2": { bytes: 2_840, loads: ["node:crypto", "node:os"], later: ["argon2"] },
  "./hasher/node-rs": { bytes: 2_900, loads: ["node:crypto", "node:os"] },
  "./http": { bytes: 19_110, loads: ["zod"] },
  "./limiter/libsql": { bytes: 4_920 },
  "./limiter/memory": { bytes: 1_120 },
  "./limiter/mysql": { bytes: 4_580 },
  "./limiter/postgres": { bytes: 4_670 },
  "./limiter/redis": { bytes: 2_240 },
  "./limiter/sqlite": { bytes: 4_670 },
  "./mailer/console": { bytes: 150 },
  "./mailer/memory": { bytes: 220 },
  "./mailer/nodemailer": { bytes: 1_770, loads: ["node:url"] },
  "./screen/all-of": { bytes: 140 },
  "./screen/disposable": { bytes: 760 },
  "./screen/honeypot": { bytes: 530 },
  "./screen/invitation": { bytes: 190 },
  "./screen/mx": { bytes: 1_050 },
  "./screen/role": { bytes: 740 },
  "./store/libsql": { bytes: 9_270 },
  "./store/memory": { bytes: 1_850 },
  "./store/mysql": { bytes: 9_650 },
  "./store/postgres": { bytes: 9_200 },
  "./store/sqlite": { bytes: 9_040 },
  "./texter/console": { bytes: 140 },
  "./texter/memory": { bytes: 210 },
  "./telemetry/otel": { bytes: 2_680 },
  "./testing": { bytes: 34_490 },
};

describe.each([
  ["a page", "browser", inBrowsers],
  ["a server", "node", onServers],
] as const)("for %s", (_, platform, table) => {
  it.each(Object.entries(table))("%s weighs and loads no more than it must", async (path, bounds) => {
    const { bytes, loads, later } = await weigh(path, platform);
    expect(bytes).toBeLessThanOrEqual(bounds.bytes);
    expect({ loads, later }).toEqual({ loads: bounds.loads ?? [], later: bounds.later ?? [] });
  });
});

describe("the public paths", () => {
  it("are weighed all of them, and none besides", () => {
    expect([...Object.keys(inBrowsers), ...Object.keys(onServers)].sort()).toEqual(publicPaths.toSorted());
  });

  it("bring a page each value and the core in less than 12 kB and no package, the metadata of telephone numbers apart", async () => {
    const values = publicPaths.filter((path) => path.startsWith("./values/") && path !== "./values/blocklist");
    const core = `export { longestWaitMs, openRegistration, readRules, step } from "${sourceOf(".")}";`;
    const all = [core, ...values.map((path) => `export * from "${sourceOf(path)}";`)].join("\n");
    const { bytes, brings } = await bundle(all, "browser", { without: [phone] });
    expect(bytes).toBeLessThan(12_000);
    expect(brings).toEqual([]);
    expect((await weigh("./values/phone", "browser")).brings).toEqual(["libphonenumber-js"]);
  });

  it("load neither HTTP nor a hasher nor the metadata of telephone numbers with the registrar", async () => {
    const { files, loads } = await weigh(".", "node");
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((path) => /^(http|hasher)\/|^values\/phone\.ts$/.test(path))).toEqual([]);
    expect(loads).toEqual([]);
  });
});
