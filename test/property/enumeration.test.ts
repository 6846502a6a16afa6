import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plantedFlaws, questions } from "./planted-flaws.js";
import { type Command, type Story, stories } from "./stranger.js";
import { type Flaw, otherWorlds, type Told, tell, type World } from "./two-worlds.js";

/** `npm run series` tells 10,000 stories; a run of all tests a share of them. */
const series = Number(process.env.PORCHLIGHT_SERIES ?? 0) || 2_100;
const each = Math.ceil(series / otherWorlds.length);

/** The same story is told in both worlds, word for word and call by call; in neither does anybody ask who has an address. */
const toldAlikeIn = (world: World, flaw?: Flaw) =>
  fc.asyncProperty(stories, async (story) => {
    const [free, other] = await Promise.all([tell("free", story), tell(world, story, flaw)]);
    const silent = world === "somebody else disowns meanwhile" || world === "the host pretends to take";
    expect(silent ? other.map(asAnswered) : other).toEqual(silent ? free.map(asAnswered) : free);
    expect(other.filter(asksWhoHasIt)).toEqual([]);
  });

/** Where nothing is sent any more, the delivery may know; no request may. */
function asAnswered(told: Told): Told {
  return told.do === "deliver" ? { ...told, calls: [] } : told;
}

function asksWhoHasIt({ do: what, proves, calls }: Told): boolean {
  if (what === "deliver" || what === "signIn" || proves) return false;
  return calls.some((call) => /^(store\.(accountByKey|account|lease)|host\.owner)\(/.test(call));
}

describe(`a stranger who proves nothing, in ${each} stories for each world, cannot tell a free address from one that`, () => {
  it.each(otherWorlds)(
    "%s (T1, T2, T3)",
    async (world) => {
      await fc.assert(toldAlikeIn(world), { numRuns: each });
    },
    600_000,
  );
});

describe("the stories", () => {
  it("come to every answer that could give it away, through every door", async () => {
    const met = new Set<string>();
    const wanted = [
      ...["pending", "closed", "activated", "captcha_failed", "captcha_missing", "too_many_messages", "code_wrong"],
      ...["too_many_attempts", "code_locked", "code_expired", "resend_too_early", "ticket_expired", "ticket_invalid"],
      ...[
        "wrong_step",
        "link_invalid",
        "link_expired",
        "link_used",
        "proof_required",
        "credentials_wrong",
        "consent_missing",
      ],
      ...["ready", "mailer.send", "texter.send"],
    ];
    for (const story of fc.sample(stories, { numRuns: 800, seed: 1 })) {
      for (const { answer = "", calls } of await tell("free", story)) {
        for (const one of wanted) if (answer.includes(`"${one}"`) || calls.includes(one)) met.add(one);
      }
    }
    expect(wanted.filter((one) => !met.has(one))).toEqual([]);
  });
});

describe("the comparison of both worlds catches", () => {
  it.each(Object.entries({ ...plantedFlaws, ...questions }))("%s", async (_, flaw) => {
    const found = await fc.check(toldAlikeIn("has an account", flaw), { numRuns: 600, seed: 1 });
    expect(found.failed).toBe(true);
    expect(found.counterexample?.[0].commands.length).toBeLessThanOrEqual(6);
  });
});

describe("twenty-six mixed operations on addresses that are free, taken, waiting or the host's own", () => {
  const at = (place: "first" | "second" | "elsewhere") => ({ at: place });
  const send: Command = { do: "start", page: "whole", caller: 1, at: "second" };
  const commands: readonly Command[] = [
    { do: "start", page: "empty", caller: 0, at: "first" },
    { do: "submit", page: "address", caller: 0, at: "first" },
    { do: "submit", page: "password", caller: 0, at: "first" },
    { do: "submit", page: "wrong captcha", caller: 0, at: "first" },
    { do: "submit", page: "captcha", caller: 0, at: "first" },
    { do: "deliver" },
    { do: "status" },
    { do: "confirm", code: "wrong" },
    { do: "resend" },
    { do: "wait", seconds: 61 },
    { do: "resend" },
    { do: "deliver" },
    { do: "change", ...at("elsewhere") },
    { do: "deliver" },
    { do: "confirm", code: "wrong" },
    { do: "signIn", password: "a guess", ...at("first") },
    { do: "signIn", password: "the own", ...at("elsewhere") },
    { do: "inspect", link: "junk", proof: "ticket" },
    { do: "disown", link: "junk" },
    ...[send, send, send, send],
    { do: "wait", seconds: 601 },
    { do: "deliver" },
    { do: "cancel" },
  ];
  const told = (world: World, door: Story["door"]) => tell(world, { channel: "email", door, host: "plain", commands });

  it.each(["registrar", "cookie", "body"] as const)("read the same byte by byte, through %s (T1)", async (door) => {
    const free = await told("free", door);
    for (const world of [
      "has an account",
      "waits for somebody else's proof",
      "has an account of the host's own",
    ] as const) {
      const other = await told(world, door);
      expect(other.map(({ answer }) => answer)).toEqual(free.map(({ answer }) => answer));
    }
  });

  it("leave one ledger: messages and their channels, counters by key, hashes, captchas (T3)", async () => {
    const ledgerOf = async (world: World) => {
      const entries = (await told(world, "registrar")).flatMap(({ calls }) => calls);
      return entries.filter((entry) => /^(mailer|texter|limiter|hasher|captcha)\./.test(entry)).sort();
    };
    const free = await ledgerOf("free");
    // Two by mail to the first address, one by SMS; of three for the second, one: the others keep their distance.
    expect(free.filter((entry) => entry === "mailer.send")).toHaveLength(3);
    expect(free.filter((entry) => entry === "texter.send")).toHaveLength(1);
    for (const world of [
      "has an account",
      "waits for somebody else's proof",
      "has an account of the host's own",
    ] as const) {
      expect(await ledgerOf(world)).toEqual(free);
    }
  });
});
