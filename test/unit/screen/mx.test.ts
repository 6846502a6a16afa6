import { type MailResolver, mxScreen } from "porchlight/screen/mx";
import { fixedClock } from "porchlight/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { candidate } from "./candidate.js";
import { openDns } from "./dns-server.js";

const refused = { refuse: "email_unreachable", field: "email" };
const six = "20010db8000000000000000000000001";

afterEach(() => {
  vi.useRealTimers();
});

describe("mxScreen, over Node's own resolver and a name server on loopback", () => {
  it.each([
    ["has a mail exchange", { mx: ["mx.example.com"] }, "pass"],
    ["has two, one of them the root", { mx: [".", "mx.example.com"] }, "pass"],
    ["has no exchange, but an address (RFC 5321 section 5.1)", { a: ["192.0.2.1"] }, "pass"],
    ["has no exchange, but an IPv6 address", { aaaa: [six] }, "pass"],
    ["says by a null MX that it takes no mail (RFC 7505)", { mx: ["."] }, refused],
    ["says so in spite of an address", { mx: ["."], a: ["192.0.2.1"] }, refused],
    ["has neither exchange nor address", {}, refused],
    ["does not exist", 3, refused],
    ["cannot be looked up (SERVFAIL)", 2, "pass"],
    ["is not answered for", "silent", "pass"],
  ] as const)("of a domain that %s", async (_, said, verdict) => {
    const { resolver } = await openDns({ "mail.example.com": said });
    expect(await mxScreen(resolver)(candidate("ada@mail.example.com"))).toEqual(verdict);
  });

  it("asks for A-labels, and for addresses only where there is no exchange", async () => {
    const { resolver, asked } = await openDns({
      "xn--bcher-kva.example.com": { mx: ["mx.example.com"] },
      "a.example.com": { a: ["192.0.2.1"] },
    });
    const screen = mxScreen(resolver);
    await screen(candidate("ada@BÜCHER.example.com"));
    expect(asked).toEqual(["MX xn--bcher-kva.example.com"]);
    await screen(candidate("ada@a.example.com"));
    expect(asked.slice(1).sort()).toEqual(["A a.example.com", "AAAA a.example.com", "MX a.example.com"]);
  });

  it("lets everybody pass where no name server answers at all", async () => {
    const { resolver } = await openDns({});
    // Port 9 of loopback: nobody listens.
    resolver.setServers(["127.0.0.1:9"]);
    const unknown: unknown[] = [];
    const screen = mxScreen(resolver, { onUnknown: (about) => unknown.push(about) });
    expect(await screen(candidate("ada@example.com"))).toBe("pass");
    expect(unknown).toEqual([{ domain: "example.com", code: expect.stringMatching(/^(ECONNREFUSED|ETIMEOUT)$/) }]);
  });
});

/** A resolver that answers what a test says, and counts what it is asked. */
function scripted(
  mx: () => Promise<readonly { readonly exchange: string }[]>,
): MailResolver & { readonly asked: string[] } {
  const asked: string[] = [];
  const none = () => Promise.reject(coded("ENODATA"));
  return {
    asked,
    resolveMx(domain) {
      asked.push(domain);
      return mx();
    },
    resolve4: none,
    resolve6: none,
  };
}

const coded = (code: string) => Object.assign(new Error(code), { code });
const nobody = () => Promise.reject(coded("ENOTFOUND"));
const somebody = () => Promise.resolve([{ exchange: "mx.example.com" }]);

describe("mxScreen", () => {
  it("passes after three seconds without an answer, and not before", async () => {
    vi.useFakeTimers();
    const unknown: unknown[] = [];
    const screen = mxScreen(
      scripted(() => new Promise(() => undefined)),
      { onUnknown: (about) => unknown.push(about) },
    );
    let verdict: unknown;
    const asked = screen(candidate("ada@example.com")).then((given) => {
      verdict = given;
    });
    await vi.advanceTimersByTimeAsync(2_999);
    expect(verdict).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await asked;
    expect(verdict).toBe("pass");
    expect(unknown).toEqual([{ domain: "example.com", code: "ETIMEDOUT" }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("passes where one kind of address is unknown and the other is none", async () => {
    const resolver = {
      ...scripted(() => Promise.reject(coded("ENODATA"))),
      resolve6: () => Promise.reject(coded("ESERVFAIL")),
    };
    expect(await mxScreen(resolver)(candidate("ada@example.com"))).toBe("pass");
    const known = { ...resolver, resolve4: async () => [] };
    expect(await mxScreen(known)(candidate("ada@example.com"))).toBe("pass");
  });

  it.each([
    [
      "throws at once",
      () => {
        throw new TypeError("no such thing");
      },
    ],
    ["rejects without a code", () => Promise.reject("down")],
  ])("passes where the resolver %s, and its listener throws too", async (_, mx) => {
    const screen = mxScreen(scripted(mx), {
      onUnknown: () => {
        throw new Error("the host's own");
      },
    });
    expect(await screen(candidate("ada@example.com"))).toBe("pass");
  });

  it("asks once for all who ask at the same time, and again when ten minutes are over", async () => {
    const clock = fixedClock();
    const resolver = scripted(nobody);
    const screen = mxScreen(resolver, { clock });
    const ask = () => screen(candidate("ada@example.com"));
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([refused, refused, refused]);
    clock.advance(599_999);
    await ask();
    expect(resolver.asked).toHaveLength(1);
    clock.advance(1);
    await ask();
    expect(resolver.asked).toHaveLength(2);
    clock.advance(-86_400_000);
    await ask();
    expect(resolver.asked).toHaveLength(3);
  });

  it("does not remember what it could not learn", async () => {
    let up = false;
    const resolver = scripted(() => (up ? nobody() : Promise.reject(coded("ESERVFAIL"))));
    const screen = mxScreen(resolver);
    expect(await screen(candidate("ada@example.com"))).toBe("pass");
    up = true;
    expect(await screen(candidate("ada@example.com"))).toEqual(refused);
    expect(resolver.asked).toHaveLength(2);
  });

  it("remembers ten thousand domains, and forgets the oldest first", async () => {
    const resolver = scripted(somebody);
    const screen = mxScreen(resolver, { clock: fixedClock() });
    for (let n = 0; n <= 10_000; n += 1) await screen(candidate(`ada@d${n}.example.com`));
    expect(resolver.asked).toHaveLength(10_001);
    await screen(candidate("ada@d1.example.com"));
    await screen(candidate("ada@d10000.example.com"));
    expect(resolver.asked).toHaveLength(10_001);
    await screen(candidate("ada@d0.example.com"));
    expect(resolver.asked).toHaveLength(10_002);
  });

  it("lets every phone pass, unasked", async () => {
    const resolver = scripted(nobody);
    expect(await mxScreen(resolver)(candidate("+447400123461"))).toBe("pass");
    expect(resolver.asked).toEqual([]);
  });

  it.each([
    { seconds: 0 },
    { seconds: 5 },
    { seconds: Number.NaN },
    { rememberSeconds: 0 },
    { rememberSeconds: 86_401 },
  ])("tells at start-up of %j", (options) => {
    expect(() => mxScreen(scripted(somebody), options)).toThrow(TypeError);
  });
});
