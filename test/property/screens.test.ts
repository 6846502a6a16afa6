import fc from "fast-check";
import type { Screen } from "porchlight";
import { allOf } from "porchlight/screen/all-of";
import { disposableScreen } from "porchlight/screen/disposable";
import { mxScreen } from "porchlight/screen/mx";
import { roleScreen, technicalRoles } from "porchlight/screen/role";
import { testPorts } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { codesOf, form, from, openHouse } from "./house.js";
import { type Call, recorded, shapeOf } from "./recorded-ports.js";
import { takes } from "./rival.js";

/** Some that pass, and some for each reason to refuse. */
const addresses = [
  "ada@example.com",
  "ada@throwaway.example.com",
  "ada@nomail.example.com",
  "abuse@example.com",
] as const;

const missing = () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
const resolver = {
  resolveMx: (domain: string) =>
    domain.startsWith("nomail.") ? missing() : Promise.resolve([{ exchange: "mx.example.com" }]),
  resolve4: missing,
  resolve6: missing,
};

type Act = { readonly do: "sign up" | "submit" | "change"; readonly at: number } | { readonly do: "deliver" | "wait" };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("sign up", "submit", "change"), at: fc.nat(addresses.length - 1) } as const),
    fc.record({ do: fc.constantFrom("deliver", "wait") } as const),
  ),
  { minLength: 1, maxLength: 12, size: "max" },
);

/** What anybody could see or count while somebody tries these addresses: free, or each with an account. */
async function tell(world: "free" | "taken", story: readonly Act[], leak?: Screen) {
  const ports = testPorts();
  const asked: Call[] = [];
  const screens = recorded(
    "host",
    {
      screen: allOf(
        roleScreen(technicalRoles),
        disposableScreen(["throwaway.example.com"]),
        mxScreen(
          recorded("dns", resolver, (call) => asked.push(call)),
          { clock: ports.clock },
        ),
        leak ?? (async () => "pass"),
      ),
    },
    (call) => asked.push(call),
  );
  if (world === "taken") for (const address of addresses) await takes(ports, "email", address);
  // In the order in which they are given, so that two messages of one millisecond are delivered alike in both worlds.
  let given = 0;
  const newId = () => {
    given += 1;
    return `id-${String(given).padStart(16, "0")}`;
  };
  const house = openHouse({ newId, screen: screens.screen }, { ports });
  const { registrar } = house;
  let ticket = "";
  const told = [];
  for (const act of story) {
    const before = house.calls.length;
    const answer = await perform(act);
    told.push({
      answer: JSON.stringify(answer, (name, part) => (name === "ticket" ? shapeOf(part) : part)),
      calls: house.calls.slice(before).map(counted),
    });
    if (answer) ({ ticket } = answer);
  }
  return { told, asked };

  async function perform(act: Act) {
    switch (act.do) {
      case "sign up":
        return registrar.start(form("email", addresses[act.at]), from);
      case "submit":
        return registrar.submit(ticket, form("email", addresses[act.at]), from);
      case "change":
        return registrar.change(ticket, { email: addresses[act.at] }, from);
      case "deliver":
        return void (await registrar.deliver());
      case "wait":
        return ports.clock.advance(61_000);
    }
  }
}

const counted = ({ port, verb, shape }: Call) => (verb === "send" ? `${port}.send` : `${port}.${verb}(${shape})`);

const toldAlike = (leak?: (taken: boolean) => Screen) =>
  fc.asyncProperty(acts, async (story) => {
    expect(await tell("taken", story, leak?.(true))).toEqual(await tell("free", story, leak?.(false)));
  });

describe("screens of addresses", () => {
  it("answer for a taken address what they answer for a free one, by the same calls", async () => {
    await fc.assert(toldAlike(), { numRuns: 150 });
  });

  it("that ask who has an account are caught by this comparison", async () => {
    const found = await fc.check(
      toldAlike((taken) => async () => (taken ? { refuse: "taken" } : "pass")),
      { numRuns: 100 },
    );
    expect(found.failed).toBe(true);
  });

  it("refuse before anything is counted against the address, stored or sent", async () => {
    const house = openHouse({ screen: disposableScreen(["throwaway.example.com"]) });
    const { registrar, calls } = house;
    for (let n = 0; n < 10; n += 1) {
      const refused = await registrar.start(form("email", "ada@throwaway.example.com"), from);
      expect(codesOf(refused)).toEqual(["refused"]);
    }
    expect(calls.filter(({ verb }) => verb === "commit" || verb === "send")).toEqual([]);
    await registrar.deliver();
    expect(house.events).toEqual([]);
    // All of the address's messages of an hour are there for whoever has it.
    const open = openHouse({}, { ports: house.ports });
    for (let n = 0; n < 3; n += 1) {
      const answer = await open.registrar.start(form("email", "ada@throwaway.example.com"), from);
      expect(answer.registration.step).toBe("pending");
    }
  });
});
