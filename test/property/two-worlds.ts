import { testPorts } from "porchlight/testing";
import { form, from, openHouse, password } from "./house.js";
import { type Around, type Call, shapeOf } from "./recorded-ports.js";
import { disowns, notingIds, outdates, takes } from "./rival.js";
import type { Command, Page } from "./stranger.js";

/** What may be true of an address while a stranger tries to find it out; all must look like the first. */
export type World = "free" | (typeof otherWorlds)[number];
export const otherWorlds = [
  "has an account",
  "has an account whose hash is outdated",
  "has an account of the host's own",
  "somebody else activates meanwhile",
  "somebody else disowns meanwhile",
  "the host pretends to take",
] as const;

/** What came of one command. */
export interface Told {
  readonly do: Command["do"];
  readonly answer: string | undefined;
  readonly calls: readonly string[];
}

/** A leak that is built in on purpose. */
export type Leak = (call: Parameters<Around>[0], go: () => unknown) => unknown;

const addresses = {
  email: ["ada@example.com", "eve@example.com"],
  phone: ["+447400123456", "+447400123457"],
} as const;

/** Tells a story in one world and gives all that a stranger could see, and all that anybody could count. */
export async function tell(
  world: World,
  channel: keyof typeof addresses,
  story: readonly Command[],
  leak: Leak = (_, go) => go(),
): Promise<readonly Told[]> {
  const { ports, ids } = notingIds(testPorts());
  const keys = addresses[channel];
  const owned = { accountId: "host-1", password: null };
  const verdict = world === "the host pretends to take" ? "pretend" : "pass";
  const asked: Call[] = [];
  const ask = <T>(verb: string, given: unknown, answer: T): Promise<T> => {
    asked.push({ port: "host", verb, shape: shapeOf(given) });
    return Promise.resolve(answer);
  };
  // In the order in which they are given, so that two entries of one millisecond are delivered alike in both worlds.
  let given = 0;
  const newId = () => {
    given += 1;
    return `id-${String(given).padStart(16, "0")}`;
  };
  const { registrar, calls } = openHouse(
    {
      newId,
      screen: (candidate) => ask("screen", candidate, verdict),
      accounts: { owner: (key) => ask("owner", key, world === "has an account of the host's own" ? owned : null) },
    },
    { ports, around: leak },
  );
  if (world.startsWith("has an account") && !world.endsWith("own"))
    for (const key of keys) await takes(ports, channel, key);
  if (world.endsWith("outdated")) for (const key of keys) await outdates(ports, key);

  let [ticket, older] = ["", ""];
  const act = async (next: Command): Promise<unknown> => {
    switch (next.do) {
      case "start":
        return registrar.start(pageOf(next.page, channel, keys[next.at]), from);
      case "submit":
        return registrar.submit(ticket, pageOf(next.page, channel, keys[next.at]), from);
      case "change":
        return registrar.change(ticket, { [channel]: keys[next.at] }, from);
      case "resend":
        return registrar.resend(ticket, from);
      case "confirm wrongly":
        // Too short to be right by chance; paid for and looked at like any other.
        return registrar.confirm(ticket, { code: "12345" }, from);
      case "status":
        return registrar.status(ticket, from);
      case "cancel":
        return registrar.cancel(ticket, from);
      case "signIn":
        return registrar.signIn({ identifier: keys[next.at], password: `not ${password}` }, from);
      case "try junk":
        return [await registrar.inspect("j", { ticket }, from), await registrar.activate("j", { ticket }, from)];
      case "deliver":
        return void (await registrar.deliver());
      case "take the older ticket":
        [ticket, older] = [older, ticket];
        return undefined;
      case "wait":
        return ports.clock.advance(next.seconds * 1000);
      case "meanwhile":
        if (world === "somebody else activates meanwhile") for (const key of keys) await takes(ports, channel, key);
        if (world === "somebody else disowns meanwhile") await disowns(ports, ids);
    }
  };

  const seen: Told[] = [];
  for (const next of story) {
    const before = [calls.length, asked.length] as const;
    const answer = await act(next);
    const given = ticketOf(answer);
    if (given !== undefined && given !== ticket) [ticket, older] = [given, ticket];
    const made = [...calls.slice(before[0]), ...asked.slice(before[1])].map(counted);
    // One pass sends side by side.
    seen.push({ do: next.do, answer: shown(answer), calls: next.do === "deliver" ? made.sort() : made });
  }
  return seen;
}

/** What is sent says who has the address, in the mailbox of its owner; that one is sent, and by which channel, must not. */
function counted({ port, verb, shape }: Call): string {
  return verb === "send" ? `${port}.send` : `${port}.${verb}(${shape})`;
}

/** All that an answer says; of a ticket its length. */
function shown(answer: unknown): string | undefined {
  return JSON.stringify(answer, (name, part: unknown) => (name === "ticket" ? shapeOf(part) : part));
}

function ticketOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("ticket" in answer)) return undefined;
  return typeof answer.ticket === "string" ? answer.ticket : undefined;
}

function pageOf(page: Page, channel: keyof typeof addresses, address: string): Record<string, string> {
  const whole = form(channel, address);
  switch (page) {
    case "whole":
      return whole;
    case "empty":
      return {};
    case "address":
      return { [channel]: address };
    case "password":
      return { password, confirmation: password };
    case "captcha":
      return { captcha: "pass" };
    case "without captcha":
      return { ...whole, captcha: "" };
    case "wrong captcha":
      return { ...whole, captcha: "fail" };
  }
}
