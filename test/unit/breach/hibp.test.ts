import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hibpBreachCheck } from "../../../src/breach/hibp.js";
import { PorchlightError } from "../../../src/errors.js";
import type { BreachCheck } from "../../../src/ports.js";
import { ada, codesOf, form, openHouse, password } from "../registrar/house.js";
import { type RangeDouble, rangeDouble, sha1 } from "./range-double.js";

let double: RangeDouble;
let breach: BreachCheck;
beforeEach(async () => {
  double = await rangeDouble();
  breach = hibpBreachCheck({ fetch: double.fetch });
});
afterEach(async () => {
  vi.useRealTimers();
  await double.close();
});

const sending = (status: number, body: string) => (response: ServerResponse) => response.writeHead(status).end(body);

async function thrownBy(work: Promise<unknown>): Promise<PorchlightError> {
  const thrown = await work.then(
    (count) => expect.fail(`it counted ${count}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof PorchlightError)) throw thrown;
  expect(thrown.code).toBe("ERR_BREACH_CHECK");
  return thrown;
}

describe("hibpBreachCheck", () => {
  it("says how often a password was seen, and 0 for one that was not", async () => {
    double.see(password, 37);
    double.see("seen once, years ago", 1);
    expect(await breach.count(password)).toBe(37);
    expect(await breach.count("seen once, years ago")).toBe(1);
    expect(await breach.count("never seen by anybody")).toBe(0);
  });

  it("sends five hex digits of the SHA-1 and a wish for padding, and nothing else", async () => {
    await breach.count(password);
    const [request, ...others] = double.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: "GET", body: "" });
    expect(request?.path).toMatch(/^\/range\/[0-9A-F]{5}$/);
    expect(request?.path).toBe(`/range/${sha1(password).slice(0, 5)}`);
    const { host: _, ...headers } = request?.headers ?? {};
    expect(headers).toMatchObject({ "add-padding": "true", "user-agent": "porchlight" });
    // All besides is what fetch sends with every request.
    const ofFetch = ["accept", "accept-encoding", "accept-language", "connection", "sec-fetch-mode"];
    expect(Object.keys(headers).filter((name) => !ofFetch.includes(name))).toEqual(["add-padding", "user-agent"]);
    expect(inspect(request, { depth: 9 })).not.toContain(sha1(password).slice(5, 15));
  });

  it("asks one fixed host over https", async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(String(input));
      return new Response(`${"A".repeat(35)}:0`);
    };
    await hibpBreachCheck({ fetch }).count(password);
    expect(asked).toEqual([`https://api.pwnedpasswords.com/range/${sha1(password).slice(0, 5)}`]);
  });

  it("takes a row of padding for no sighting", async () => {
    double.see(password, 0);
    expect(await breach.count(password)).toBe(0);
  });

  it("hashes the NFC form, as UTF-8", async () => {
    double.see("caf\u00e9 \u{1F422} creme", 5);
    expect(await breach.count("cafe\u0301 \u{1F422} creme")).toBe(5);
  });

  it("skips rows that are broken, and finds the ones that are not (B134)", async () => {
    double.see(password, 4);
    const broken = ["", ":", "<html>", "ABC:1", `${"G".repeat(35)}:1`, `${"B".repeat(35)}:-1`, `${"C".repeat(34)}:9`];
    double.answer((response, rows) => response.end([...broken, rows.toLowerCase(), "\0\uD800"].join("\n")));
    expect(await breach.count(password)).toBe(4);
    expect(await breach.count("never seen by anybody")).toBe(0);
  });

  it.each(["", ":", ":x", ":-1", ":1 000", ":1e3", ":9".repeat(20)])(
    "does not clear a password whose own row is broken (%j)",
    async (rest) => {
      const row = sha1(password).slice(5) + rest;
      double.answer((response, rows) => response.end(`${rows}\r\n${row}`));
      expect((await thrownBy(breach.count(password))).cause).toEqual({ code: "UNKNOWN_ANSWER" });
    },
  );

  it("believes the higher of two counts", async () => {
    const suffix = sha1(password).slice(5);
    double.answer(sending(200, `${suffix}:0\r\n${suffix}:3\r\n${suffix}:0`));
    expect(await breach.count(password)).toBe(3);
  });

  it("refuses at start-up what is no fetch", () => {
    expect(() => Reflect.apply(hibpBreachCheck, undefined, [{ fetch: "https://proxy.example" }])).toThrow(TypeError);
  });
});

describe("a breach check that is down throws:", () => {
  it.each([
    ["500", 500, ""],
    ["503 with rows", 503, `${"A".repeat(35)}:1`],
    ["429", 429, "slow down"],
    ["404", 404, ""],
    ["204", 204, ""],
  ])("an answer of %s", async (_, status, body) => {
    double.answer(sending(status, body));
    expect((await thrownBy(breach.count(password))).cause).toEqual({ code: "UNKNOWN_ANSWER", status });
  });

  it.each(["", "<!doctype html><title>Log in to this network</title>", "[]", "\0".repeat(1_000)])(
    "an answer that is no list (%#)",
    async (body) => {
      double.answer(sending(200, body));
      expect((await thrownBy(breach.count(password))).cause).toEqual({ code: "UNKNOWN_ANSWER" });
    },
  );

  it("a redirect, which is not followed", async () => {
    const elsewhere = await rangeDouble();
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        double.answer((response) => response.writeHead(status, { location: "https://elsewhere.example/" }).end());
        await thrownBy(breach.count(password));
        double.answer((response) => response.writeHead(status, { location: "/range/AAAAA" }).end());
        await thrownBy(breach.count(password));
      }
      expect(double.requests).toHaveLength(10);
    } finally {
      await elsewhere.close();
    }
  });

  it("one that says nothing for a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = new Promise<void>((resolve) => double.answer(() => resolve()));
    const counted = breach.count(password);
    const settled = vi.fn();
    counted.then(settled, settled);
    await asked;
    await vi.advanceTimersByTimeAsync(999);
    expect(settled).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect((await thrownBy(counted)).cause).toEqual({ code: "ETIMEDOUT" });
  });

  it("one that begins its answer and does not end it in a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = new Promise<ServerResponse>((resolve) => double.answer(resolve));
    const fetched = vi.fn(double.fetch);
    const counted = hibpBreachCheck({ fetch: fetched }).count(password);
    (await asked).writeHead(200).write(`${"A".repeat(35)}:1\r\n`);
    await fetched.mock.results[0]?.value;
    vi.advanceTimersByTime(1_000);
    expect((await thrownBy(counted)).cause).toEqual({ code: "ETIMEDOUT" });
  });

  it("one that hangs up in the middle of its answer", async () => {
    double.answer((response, rows) => {
      response.writeHead(200, { "content-length": 100_000 }).write(rows, () => response.destroy());
    });
    await thrownBy(breach.count(password));
  });

  it("one that answers more than 256 KiB, of which it gets rid of few", async () => {
    let sent = 0;
    const hungUp = new Promise<void>((resolve) => {
      double.answer((response) => {
        response.once("close", resolve);
        const more = (): void => {
          while (sent < 10_000_000 && !response.destroyed) {
            sent += 41_000;
            if (!response.write(`${"A".repeat(35)}:1\r\n`.repeat(1_000))) return void response.once("drain", more);
          }
          response.end();
        };
        more();
      });
    });
    expect((await thrownBy(breach.count(password))).cause).toEqual({ code: "ANSWER_TOO_LONG", status: 200 });
    await hungUp;
    expect(sent).toBeLessThan(10_000_000);
  });

  it("and takes an answer of 256 KiB to the byte", async () => {
    const row = `${"A".repeat(35)}:1\r\n`;
    const full = row.repeat(Math.ceil(262_144 / row.length));
    double.answer(sending(200, full.slice(0, 262_144)));
    expect(await breach.count(password)).toBe(0);
    double.answer(sending(200, full.slice(0, 262_144).padEnd(262_145)));
    expect((await thrownBy(breach.count(password))).cause).toEqual({ code: "ANSWER_TOO_LONG", status: 200 });
  });

  it("without a word of the password or its hash", async () => {
    double.answer((response) => response.writeHead(500).end(`${password} ${sha1(password)}`));
    const thrown = inspect(await thrownBy(breach.count(password)), { depth: 9 }).toUpperCase();
    for (const word of [password.toUpperCase(), sha1(password), sha1(password).slice(0, 5)]) {
      expect(thrown).not.toContain(word);
    }
  });

  it("and leaves no timer behind, nor does a count", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let status = 200;
    const fetch = async () => new Response(`${"A".repeat(35)}:0`, { status });
    const own = hibpBreachCheck({ fetch });
    expect(await own.count(password)).toBe(0);
    status = 500;
    await thrownBy(own.count(password));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a registrar that asks Have I Been Pwned", () => {
  it("refuses what was seen from the host's threshold on, and says why (B135)", async () => {
    double.see(password, 3);
    for (const [breachThreshold, codes] of [
      [1, ["password_breached"]],
      [3, ["password_breached"]],
      [4, []],
    ] as const) {
      const { registrar } = openHouse({ breach, rules: { breachThreshold } });
      expect(codesOf(await registrar.start(form("ada@example.com"), ada))).toEqual(codes);
    }
  });

  const rows = `${"A".repeat(35)}:1\r\n`;
  it.each([
    ["answers 500", sending(500, "")],
    ["answers something else", sending(200, "<!doctype html>")],
    ["redirects", (response: ServerResponse) => response.writeHead(302, { location: "/range/AAAAA" }).end()],
    ["answers too much", sending(200, rows.repeat(10_000))],
    [
      "dies while its answer is read",
      (response: ServerResponse) =>
        response.writeHead(200, { "content-length": 9_999 }).write(rows, () => response.destroy()),
    ],
  ])("leaves it to the local list where it %s, with the same signal each time (B133)", async (_, how) => {
    double.answer(how);
    const house = openHouse({ breach });
    expect(codesOf(await house.registrar.start(form("eve@example.com", "passwordstandard"), ada))).toEqual([
      "password_common",
    ]);
    expect(double.requests).toEqual([]);
    const answer = await house.registrar.start(form("ada@example.com"), ada);
    expect(answer.registration.step).toBe("pending");
    expect(double.requests).toHaveLength(1);
    expect(house.signals.filter(({ type }) => type === "fault")).toMatchObject([
      { type: "fault", error: { code: "ERR_BREACH_CHECK" } },
    ]);
  });

  it("waits no longer than a second, and then goes by the local list likewise (B133)", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = new Promise<void>((resolve) => double.answer(() => resolve()));
    const house = openHouse({ breach });
    const answer = house.registrar.start(form("ada@example.com"), ada);
    await asked;
    vi.advanceTimersByTime(1_000);
    expect((await answer).registration.step).toBe("pending");
    expect(house.signals.filter(({ type }) => type === "fault")).toMatchObject([
      { type: "fault", error: { code: "ERR_BREACH_CHECK" } },
    ]);
  });

  it("does not ask before the captcha, nor about what the local list refuses", async () => {
    const { registrar } = openHouse({ breach });
    await registrar.start({ ...form("ada@example.com"), captcha: "no" }, ada);
    await registrar.start(form("ada@example.com", "passwordstandard"), ada);
    expect(double.requests).toEqual([]);
  });
});
