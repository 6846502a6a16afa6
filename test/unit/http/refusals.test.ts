import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { testPorts } from "../../../src/testing/index.js";
import { form } from "../registrar/house.js";
import { openSite, origin, verbs } from "./site.js";

const url = `${origin}/registration/start`;
const json = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" };

/** A body that comes in these pieces. */
function streamed(pieces: Iterable<Uint8Array>): RequestInit {
  const iterator = pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return { method: "POST", headers: json, body, duplex: "half" };
}

describe("a request that is none of ours is refused with a problem, and nothing is written:", () => {
  const cases: readonly (readonly [string, string, RequestInit, number, string])[] = [
    [
      "an unknown path",
      `${origin}/registration/nothing`,
      { method: "POST", headers: json, body: "{}" },
      404,
      "not_found",
    ],
    ["the base path itself", `${origin}/registration`, { method: "POST", headers: json, body: "{}" }, 404, "not_found"],
    ["a slash too many", `${url}/`, { method: "POST", headers: json, body: "{}" }, 404, "not_found"],
    [
      "a doubled slash",
      `${origin}/registration//start`,
      { method: "POST", headers: json, body: "{}" },
      404,
      "not_found",
    ],
    [
      "an encoded spelling",
      `${origin}/registration/%73tart`,
      { method: "POST", headers: json, body: "{}" },
      404,
      "not_found",
    ],
    ["another case", `${origin}/registration/START`, { method: "POST", headers: json, body: "{}" }, 404, "not_found"],
    [
      "a name of every object",
      `${origin}/registration/constructor`,
      { method: "POST", headers: json, body: "{}" },
      404,
      "not_found",
    ],
    ["a GET of a verb", url, {}, 405, "method_not_allowed"],
    ["a PUT", url, { method: "PUT", headers: json, body: "{}" }, 405, "method_not_allowed"],
    ["a preflight", url, { method: "OPTIONS" }, 405, "method_not_allowed"],
    [
      "a form",
      url,
      { method: "POST", headers: { ...json, "Content-Type": "application/x-www-form-urlencoded" }, body: "a=b" },
      415,
      "content_type_not_json",
    ],
    [
      "text that looks like JSON",
      url,
      { method: "POST", headers: { ...json, "Content-Type": "text/plain" }, body: "{}" },
      415,
      "content_type_not_json",
    ],
    ["malformed JSON", url, { method: "POST", headers: json, body: "{" }, 400, "body_malformed"],
    ["no body", url, { method: "POST", headers: json }, 400, "body_malformed"],
    ["bytes that are no UTF-8", url, streamed([Uint8Array.of(0x22, 0xff, 0x22)]), 400, "body_malformed"],
    [
      "a body too large",
      url,
      { method: "POST", headers: json, body: JSON.stringify({ email: "a".repeat(17_000) }) },
      413,
      "body_too_large",
    ],
    [
      "an endless body",
      url,
      streamed(
        (function* () {
          for (;;) yield new Uint8Array(4_096).fill(32);
        })(),
      ),
      413,
      "body_too_large",
    ],
    ["a list", url, { method: "POST", headers: json, body: "[]" }, 422, "field_malformed"],
    ["a number for an address", url, { method: "POST", headers: json, body: '{"email":1}' }, 422, "field_malformed"],
    [
      "a field that nobody knows",
      url,
      { method: "POST", headers: json, body: '{"role":"admin"}' },
      422,
      "field_unknown",
    ],
    [
      "an object for a password",
      url,
      { method: "POST", headers: json, body: '{"password":{"$ne":null}}' },
      422,
      "field_malformed",
    ],
  ];

  it.each(cases)("%s", async (_, address, init, status, code) => {
    const { handle, house, errors } = openSite();
    const response = await handle(new Request(address, init));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code, detail: expect.stringMatching(/\S/) });
    expect([house.commits, errors]).toEqual([[], []]);
  });

  it("says which methods there are", async () => {
    const { handle } = openSite();
    expect((await handle(new Request(url))).headers.get("allow")).toBe("POST");
    const posted = await handle(
      new Request(`${origin}/registration/challenge`, { method: "POST", headers: json, body: "{}" }),
    );
    expect(posted.headers.get("allow")).toBe("GET, HEAD");
  });

  it("a body that trickles for ten seconds", async () => {
    vi.useFakeTimers();
    const { handle } = openSite();
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    const answer = handle(new Request(url, { method: "POST", headers: json, body, duplex: "half" }));
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect((await answer).status).toBe(408);
  });
});

describe("a body that comes in pieces", () => {
  it("is read whole, wherever it is cut, and the pieces stay as they were", async () => {
    const { handle } = openSite();
    const whole = new TextEncoder().encode(JSON.stringify(form("jürgen@bücher.example.com")));
    for (const cuts of [[], [0, 0, 1], [1, 2, 3, 40], [whole.length], Array.from(whole.keys())]) {
      const ends = [...cuts, whole.length];
      const pieces = ends.map((end, at) => whole.slice(ends[at - 1] ?? 0, end));
      const before = pieces.map((piece) => piece.slice());
      const response = await handle(new Request(url, streamed(pieces.filter((piece) => piece.length > 0))));
      expect(await response.json()).toMatchObject({ problems: [{ code: "email_not_ascii" }] });
      expect(pieces).toEqual(before);
    }
  });

  it("may be exactly as long as allowed, and not a byte longer", async () => {
    const { handle } = openSite();
    const padded = (bytes: number) => new TextEncoder().encode("{}".padEnd(bytes, " "));
    const sent = async (bytes: number, size: number) => {
      const whole = padded(bytes);
      const count = Math.ceil(bytes / size);
      const pieces = Array.from({ length: count }, (_, at) => whole.slice(at * size, (at + 1) * size));
      return (await handle(new Request(url, streamed(pieces)))).status;
    };
    for (const size of [20_000, 9_000, 16_384, 1_000]) {
      expect([size, await sent(16_384, size)]).toEqual([size, 200]);
      expect([size, await sent(16_385, size)]).toEqual([size, 413]);
    }
  });
});

describe("what another site sends is not heard:", () => {
  const foreign: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["a subdomain", { "Sec-Fetch-Site": "same-site" }],
    ["a bookmark", { "Sec-Fetch-Site": "none" }],
    ["an older browser on another site", { Origin: "https://evil.example" }],
    ["an older browser on a subdomain", { Origin: "https://sub.app.example" }],
    ["the site without TLS", { Origin: "http://app.example" }],
    ["a sandboxed frame", { Origin: "null" }],
    ["another site that claims our origin", { "Sec-Fetch-Site": "cross-site", Origin: origin }],
  ];

  it.each(foreign)("%s", async (_, headers) => {
    for (const ticket of ["cookie", "body"] as const) {
      const { handle, house } = openSite({ ticket });
      for (const verb of verbs) {
        const body = JSON.stringify(verb === "start" ? form("ada@example.com") : {});
        const response = await handle(
          new Request(`${origin}/registration/${verb}`, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...headers },
            body,
          }),
        );
        expect([verb, response.status]).toEqual([verb, 403]);
        expect(await response.json()).toMatchObject({ code: "cross_site" });
        expect(response.headers.getSetCookie()).toEqual([]);
      }
      expect(house.commits).toEqual([]);
    }
  });

  it("our own page is, by either header, and behind a proxy by the origin that the host says", async () => {
    const own = [{ "Sec-Fetch-Site": "same-origin" }, { Origin: origin }];
    for (const headers of own) {
      const { handle } = openSite({ origin });
      const init = { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: "{}" };
      expect((await handle(new Request("http://10.0.0.7:3000/registration/start", init))).status).toBe(200);
    }
  });

  it("who is no browser is, where the ticket comes in the body only", async () => {
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
    expect((await openSite({ ticket: "body" }).handle(new Request(url, init))).status).toBe(200);
    expect((await openSite().handle(new Request(url, init))).status).toBe(403);
  });
});

describe("what breaks", () => {
  it("is told to the host, and to the visitor only that it did not work", async () => {
    const ports = testPorts();
    const store = { ...ports.store, commit: () => Promise.reject(new Error("relation secret_table is gone")) };
    const { post, errors, house } = openSite({ host: { ports: { ...ports, store } } });
    const { response, body } = await post("start", form("ada@example.com"));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(body).toMatchObject({ code: "unavailable" });
    expect(JSON.stringify(body)).not.toMatch(/secret_table|\.ts:/);
    expect(errors).toMatchObject([{ code: "ERR_STORE" }]);
    expect(errors[0]).toBeInstanceOf(PorchlightError);
    expect(house.ports.mailer.sent).toEqual([]);
  });

  it("is logged without the request, which carries a ticket, where the host does not listen", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { post } = openSite({ onError: undefined, caller: () => ({ ip: JSON.parse("{") }) });
    expect((await post("start", {})).response.status).toBe(500);
    expect(logged.mock.calls).toEqual([[expect.any(SyntaxError)]]);
    logged.mockRestore();
  });

  it("of the host's own is an internal error", async () => {
    const { post, errors } = openSite({
      caller: () => {
        throw new Error("no address");
      },
    });
    const { response, body } = await post("start", {});
    expect([response.status, body.code]).toEqual([500, "internal_error"]);
    expect(errors).toHaveLength(1);
  });

  it("at start-up is wiring that cannot work", () => {
    for (const basePath of ["registration", "/registration/", "/a b", "//x"])
      expect(() => openSite({ basePath })).toThrow(TypeError);
    for (const wrong of ["app.example", "https://app.example/", ""])
      expect(() => openSite({ origin: wrong })).toThrow(TypeError);
  });
});

describe("every answer", () => {
  it("is kept by nobody and tells no referrer", async () => {
    const { handle, post } = openSite();
    const answers = [
      (await post("start", {})).response,
      (await post("start", "{")).response,
      await handle(new Request(`${origin}/registration/openapi.json`)),
      await handle(new Request(`${origin}/elsewhere`)),
    ];
    for (const { headers } of answers) {
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("to ten thousand random requests is no 5xx, and writes nothing", async () => {
    const { handle, house, errors } = openSite({ host: { rules: { callsPerHour: 100_000 } } });
    const token = fc.stringMatching(/^[!#-'*+.0-9A-Z^-z|~-]{1,12}$/);
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("application/json", "same-origin", origin, "__Host-porchlight=x"),
    );
    const request = fc.record({
      path: fc.oneof(
        fc.webPath(),
        fc.constantFrom(
          "/registration/start",
          "/registration/submit",
          "/registration/activate",
          "/registration/status",
          "/registration/challenge",
        ),
      ),
      method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"),
      headers: fc.dictionary(
        fc.oneof(token, fc.constantFrom("cookie", "origin", "accept-language", "content-length")),
        text,
        { maxKeys: 4 },
      ),
      own: fc.boolean(),
      body: fc.oneof(fc.json(), fc.string(), fc.constant("{}")),
    });
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(request, async ({ path, method, headers, own, body }) => {
        const given = new Headers(own ? json : {});
        for (const [name, value] of Object.entries(headers)) {
          try {
            given.append(name, value);
          } catch {
            // What cannot be a header never reaches a handler.
          }
        }
        const bodied = method !== "GET" && method !== "HEAD" ? { body } : {};
        const response = await handle(new Request(`${origin}${path}`, { method, headers: given, ...bodied }));
        expect(response.status).toBeLessThan(500);
        sent += 1;
      }),
      { numRuns: 10_000 },
    );
    expect(sent).toBe(10_000);
    expect([house.commits, errors]).toEqual([[], []]);
  });
});
