import type { Caller } from "porchlight";
import { testPorts } from "porchlight/testing";
import { type Heard, type Knock, openDoor } from "./doors.js";
import { form, openHouse, password, tokenOf } from "./house.js";
import { type Around, type Call, shapeOf } from "./recorded-ports.js";
import { disowns, notingIds, outdates, signsUp, takes } from "./rival.js";
import type { Command, Link, Page, Place, Story } from "./stranger.js";

/** What may be true of an address while a stranger tries to find it out; all must look like the first. */
export type World = "free" | (typeof otherWorlds)[number];
export const otherWorlds = [
  "has an account",
  "has an account whose hash is outdated",
  "has an account of the host's own",
  "waits for somebody else's proof",
  "somebody else activates meanwhile",
  "somebody else disowns meanwhile",
  "the host pretends to take",
] as const;

/** What came of one command. */
export interface Told {
  readonly do: Command["do"];
  readonly answer: string | undefined;
  readonly calls: readonly string[];
  /** Whether the stranger showed what came to a mailbox of his own: then he may hear who has that address. */
  readonly proves: boolean;
}

/** A flaw that is built in on purpose, in one of both worlds. */
export interface Flaw {
  /** Around each call of a port; `ask` is a further one, noted like any other. */
  readonly around?: (call: Parameters<Around>[0], go: () => unknown, ask: Ask) => unknown;
  /** Around each answer. */
  readonly says?: (heard: Heard, knock: Knock) => Heard;
}
type Ask = <T>(port: string, verb: string, given: unknown, answer: T) => Promise<T>;

const addresses = {
  email: { first: "ada@example.com", second: "eve@example.com", elsewhere: "+447400123456", own: "mal@example.com" },
  phone: { first: "+447400123456", second: "+447400123457", elsewhere: "ada@example.com", own: "+447400123459" },
} as const;
const callers: readonly [Caller, Caller] = [{ ip: "203.0.113.7" }, { ip: "203.0.113.8" }];
const bytes = (seed: number) => Uint8Array.from({ length: 32 }, (_, n) => (seed + n * 7) % 256);
/** The same in every world, so that the very keys of the limiter can be compared. */
const keys = { seal: "test", known: [{ id: "test", secret: bytes(3) }] as const, pseudonym: bytes(5) };
const curious = {
  profile: {
    "~standard": { version: 1, vendor: "host", validate: (value: unknown) => ({ value }) },
  },
  consents: { terms: { version: "1" } },
  rules: { callsPerHour: 6, pendingsPerHour: 3, hashesPerHour: 6 },
} as const;

const channelOf = (address: string) => (address.includes("@") ? "email" : "phone");

/** Tells a story in one world and gives all that a stranger could see, and all that anybody could count. */
export async function tell(world: World, story: Story, flaw: Flaw = {}): Promise<readonly Told[]> {
  const { ports, ids } = notingIds({ ...testPorts(), keys });
  const places = addresses[story.channel];
  const victims = [places.first, places.second, places.elsewhere];
  const isVictim = (address: string) => victims.some((one) => one === address);
  const solved = ports.captcha.solve({ challenge: "the only one", goodForSeconds: 599 });
  const owned = { accountId: "host-1", password: null };
  const asked: Call[] = [];
  const ask: Ask = (port, verb, given, answer) => {
    asked.push({ port, verb, shape: shapeOf(given) });
    return Promise.resolve(answer);
  };
  // In the order in which they are given, so that two entries of one millisecond are delivered alike in both worlds.
  let given = 0;
  const newId = () => {
    given += 1;
    return `id-${String(given).padStart(16, "0")}`;
  };
  const { around = (_, go) => go() } = flaw;
  const { registrar, calls } = openHouse(
    {
      newId,
      keys,
      screen: (candidate) =>
        ask(
          "host",
          "screen",
          candidate,
          world === "the host pretends to take" && isVictim(candidate.identifier.key) ? "pretend" : "pass",
        ),
      accounts: {
        owner: (key) =>
          ask("host", "owner", key, world === "has an account of the host's own" && isVictim(key) ? owned : null),
      },
      ...(story.host === "curious" && {
        ...curious,
        breach: { count: (typed) => ask("breach", "count", typed, 0) },
      }),
    },
    { ports, around: (call, go) => around(call, go, ask) },
  );
  const knockOn = openDoor(story.door, registrar);

  const taken = world.startsWith("has an account") && !world.endsWith("own");
  for (const victim of victims) {
    if (taken) await takes(ports, channelOf(victim), victim);
    if (world.endsWith("outdated")) await outdates(ports, victim);
    if (world === "waits for somebody else's proof") await signsUp(ports, channelOf(victim), victim);
  }

  let [ticket, older] = ["", ""];
  /** What came to the stranger's own mailbox or telephone. */
  const ownMail = () =>
    [...ports.mailer.sent, ...ports.texter.sent].filter(({ to, kind }) => to === places.own && kind === "activation");
  const own = (which: "own newest" | "own oldest") => ownMail().at(which === "own newest" ? -1 : 0);
  const codeOf = (which: "own newest" | "own oldest") => {
    const letter = own(which);
    return letter?.kind === "activation" ? (letter.code ?? "12345") : "12345";
  };
  const tokenFor = (link: Link): string => {
    const letter = link === "junk" ? undefined : own(link === "forged" ? "own newest" : link);
    const token = letter?.kind === "activation" && letter.link ? tokenOf(letter.link) : "junk";
    return link === "forged" ? token.replace(/.(?=\.\d+$)/, (last) => (last === "A" ? "B" : "A")) : token;
  };
  const pageOf = (page: Page, place: Place) =>
    formOf(page, { address: places[place], solved, profile: story.host === "curious" });

  const act = async (next: Command): Promise<Heard | undefined> => {
    const knock = async (verb: Knock["verb"], body: Knock["body"] = {}, from: Caller = callers[0], held = ticket) => {
      const question = { verb, ticket: held, body, from };
      const answer = await knockOn(question);
      return flaw.says?.(answer, question) ?? answer;
    };
    switch (next.do) {
      case "start":
      case "submit":
        return knock(next.do, pageOf(next.page, next.at), callers[next.caller]);
      case "change":
        return knock("change", { [channelOf(places[next.at])]: places[next.at] });
      case "signIn": {
        const typed = next.password === "the own" ? password : `not ${password}`;
        return knock("signIn", { identifier: places[next.at], password: typed });
      }
      case "confirm":
        // Too short to be right by chance; paid for and looked at like any other.
        return knock("confirm", { code: next.code === "wrong" ? "12345" : codeOf(next.code) });
      case "inspect":
        return knock("inspect", { token: tokenFor(next.link) }, callers[0], next.proof === "ticket" ? ticket : "");
      case "activate": {
        const proof = next.proof === "password" ? { password } : {};
        return knock(
          "activate",
          { token: tokenFor(next.link), ...proof },
          callers[0],
          next.proof === "ticket" ? ticket : "",
        );
      }
      case "disown":
        return knock("disown", { token: tokenFor(next.link) });
      case "resend":
      case "status":
      case "cancel":
        return knock(next.do);
      case "use a forged ticket":
        return knock("status", {}, callers[0], `${ticket.slice(0, -9)}AAAA${ticket.slice(-5)}`);
      case "deliver":
        return void (await registrar.deliver());
      case "purge":
        return void (await registrar.purge());
      case "take the older ticket":
        [ticket, older] = [older, ticket];
        return undefined;
      case "wait":
        ports.clock.advance(next.seconds * 1000);
        return undefined;
      case "meanwhile":
        for (const victim of victims) {
          if (world === "somebody else activates meanwhile") await takes(ports, channelOf(victim), victim);
        }
        if (world === "somebody else disowns meanwhile") await disowns(ports, ids, victims);
        return undefined;
    }
  };

  const seen: Told[] = [];
  for (const next of story.commands) {
    const before = [calls.length, asked.length] as const;
    const answer = await act(next);
    if (answer?.ticket !== undefined && answer.ticket !== ticket) [ticket, older] = [answer.ticket, ticket];
    const made = [...calls.slice(before[0]), ...asked.slice(before[1])].map(counted);
    seen.push({
      do: next.do,
      answer: answer?.shown,
      // One pass sends side by side.
      calls: next.do === "deliver" ? made.sort() : made,
      proves:
        ("code" in next && next.code !== "wrong") || (next.do === "activate" && next.link.startsWith("own")) || false,
    });
  }
  return seen;
}

/**
 * What is sent says who has the address, in the mailbox of its owner; that one is sent, and by which channel, must not. Of
 * the limiter all is counted, its very keys: whose budget is spent, and how far.
 */
function counted({ port, verb, shape, given }: Call): string {
  if (verb === "send") return `${port}.send`;
  return `${port}.${verb}(${port === "limiter" ? JSON.stringify(given) : shape})`;
}

function formOf(
  page: Page,
  visitor: { readonly address: string; readonly solved: string; readonly profile: boolean },
): Record<string, unknown> {
  const { address, solved, profile } = visitor;
  const channel = channelOf(address);
  const asked = profile ? { profile: { name: "Mal" }, consents: { terms: "1" } } : {};
  const whole = { ...form(channel, address), ...asked };
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
    case "profile":
      return asked;
    case "half a profile":
      return { ...whole, ...(profile && { consents: {} }) };
    case "without captcha":
      return { ...whole, captcha: "" };
    case "wrong captcha":
      return { ...whole, captcha: "fail" };
    case "solved captcha":
      return { ...whole, captcha: solved };
  }
}
