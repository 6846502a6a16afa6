import type { Decision } from "../../src/core/decision.js";
import { openRegistration } from "../../src/core/open.js";
import type { Command, Registration, Rules } from "../../src/core/registration.js";
import { step } from "../../src/core/step.js";
import { mail, minute, phone, stored } from "../unit/core/story.js";
import { type Edge, isRefusedAsExpired } from "./laws-of-a-step.js";
import { type Place, placeOf } from "./places.js";

/**
 * A registration, the clock, and what must not be forgotten: whether the present secret was refused as expired.
 *
 * Times are relative to the birth of the present state, which {@link rebased} sees to: the machine knows no other zero.
 */
export interface World {
  readonly registration: Registration;
  readonly now: number;
  readonly dead: boolean;
}

/** One way on, as a row of the table names it. What the store does first is done in `before`. */
export interface Move {
  readonly name: string;
  readonly command: Command;
  readonly before: Registration;
}

/** What the exploration saw, gathered by place: enough to draw the machine. */
export interface Seen {
  readonly from: Place;
  readonly move: string;
  readonly reply: string;
  readonly to: Place;
}

export interface Exploration {
  readonly worlds: number;
  readonly edges: number;
  /** Each different {@link Seen} once. */
  readonly seen: readonly Seen[];
}

/** Where an open registration is looked at: both sides of half an hour and of two hours, and ways to get there. */
const openInstants = [0, 30 * minute - 1, 30 * minute, 59 * minute, 88 * minute, 117 * minute, 120 * minute - 1];
const openEnd = 120 * minute;
/** Both sides of the wait, of half a code's life, of its end and of the registration's. */
const pendingInstants = [0, minute - 1, minute, 2 * minute - 1, 2 * minute, 24 * 60 * minute - 1, 24 * 60 * minute];
const instantsOf = ({ state }: Registration): readonly number[] =>
  state === "open" ? [...openInstants, openEnd] : pendingInstants;

/** What {@link World.dead} is for. */
export const neverRevived = "no secret that was refused as expired activates, on whatever clock";

/** Walks every reachable world, and shows each step on the way to `inspect`. */
export function explore(rules: Rules, inspect: (edge: Edge, world: World) => void): Exploration {
  const born = openRegistration({ id: "r", at: 0, locale: "en", metadata: {} });
  const start: World = { registration: born, now: 0, dead: false };
  const known = new Set([keyOf(start)]);
  const queue: World[] = [start];
  const seen = new Map<Place, MovesSeen>();
  let edges = 0;

  const reach = (world: World, key = keyOf(world)): void => {
    if (known.has(key)) return;
    known.add(key);
    queue.push(world);
  };
  const note = (from: Place, move: string, reply: string, to: Place): void => {
    const moves = entry(seen, from, (): MovesSeen => new Map());
    const replies = entry(moves, move, (): RepliesSeen => new Map());
    entry(replies, reply, (): Set<Place> => new Set()).add(to);
  };

  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const { registration, now, dead } = world;
    const from = placeOf(world, rules);
    for (const { name, command, before } of moves(world, rules)) {
      const decision = step(before, command, rules);
      inspect({ before, command, rules, decision }, world);
      edges += 1;
      const after = rebased(world, {
        registration: decision.next,
        now,
        dead: isDeadAfter(world, before, command, decision),
      });
      note(from, name, replyOf(decision), placeOf(after, rules));
      if (after.registration !== registration || after.dead !== dead) reach(after);
    }
    for (const after of storeMoments(world, rules)) {
      edges += 1;
      reach(after);
    }
    for (const after of moments(world)) {
      edges += 1;
      if (after.now > now) note(from, "time", "", placeOf(after, rules));
      reach(after);
    }
  }
  return { worlds: known.size, edges, seen: listed(seen) };
}

type RepliesSeen = Map<string, Set<Place>>;
type MovesSeen = Map<string, RepliesSeen>;

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function listed(seen: ReadonlyMap<Place, MovesSeen>): readonly Seen[] {
  return [...seen].flatMap(([from, moves]) =>
    [...moves].flatMap(([move, replies]) =>
      [...replies].flatMap(([reply, targets]) => [...targets].map((to) => ({ from, move, reply, to }))),
    ),
  );
}

/** Every command that a visitor, a link or the registrar can bring, with every fact that it can carry. */
function moves({ registration, now: at }: World, rules: Rules): readonly Move[] {
  const serial = registration.state === "pending" ? registration.challenge.serial : 1;
  const fresh = { keyId: "k", nonce: `nonce ${serial + 1}`, digits: 6 };
  const plain = (name: string, command: Command): Move => ({ name, command, before: registration });
  const accountId = "a";
  const profile = { profile: {}, consents: [] };
  const human = { humanUntil: at + 30 * minute };
  const all = { identifier: phone, password: "h", ...human, ...profile };

  const parts = [{ identifier: phone }, { password: "h" }, human, profile, all];
  const fills = (registration.state === "open" ? parts : [all]).map((given) =>
    plain("fill", { do: "fill", at, fresh, ...given }),
  );
  /** The store charges before anything is compared; unpaid, nothing is. */
  const guess = (name: string, right: boolean): Move => {
    const before = stored(registration, "a guess is paid", rules);
    const paid = before !== registration;
    return { name, command: { do: "confirm", at, serial, right: paid ? right : "locked", accountId }, before };
  };
  const tried = stored(registration, "a password try is paid", rules);
  const withPassword = (name: string, proof: "password" | "wrong"): Move => ({
    name,
    command: { do: "activate", at, serial, proof, accountId },
    before: tried,
  });

  return [
    ...fills,
    plain("change, to the other address", {
      do: "change",
      at,
      fresh,
      identifier: isByMail(registration) ? phone : mail,
    }),
    plain("change, to the same address", {
      do: "change",
      at,
      fresh,
      identifier: isByMail(registration) ? mail : phone,
    }),
    plain("resend", { do: "resend", at, fresh }),
    guess("confirm, right code", true),
    guess("confirm, wrong code", false),
    plain("confirm, right code of an earlier message", {
      do: "confirm",
      at,
      serial: serial - 1,
      right: true,
      accountId,
    }),
    plain("confirm, code not looked at", { do: "confirm", at, serial, right: "locked", accountId }),
    plain("activate, with the ticket", { do: "activate", at, serial, proof: "ticket", accountId }),
    withPassword("activate, with the password", "password"),
    withPassword("activate, with a wrong password", "wrong"),
    plain("activate, with the bare link", { do: "activate", at, serial, proof: "link", accountId }),
    plain("activate, with no proof", { do: "activate", at, serial, proof: "none", accountId }),
    plain("activate, by an earlier link", { do: "activate", at, serial: serial - 1, proof: "ticket", accountId }),
    plain("disown", { do: "disown", at, serial }),
    plain("disown, by an earlier link", { do: "disown", at, serial: serial - 1 }),
    plain("look", { do: "look", at }),
    plain("cancel", { do: "cancel", at }),
    plain("lose", { do: "lose", at }),
  ];
}

/** A message arrives or does not. `"sent"` is left out: the machine does not tell it from `"queued"`. */
function storeMoments(world: World, rules: Rules): readonly World[] {
  if (world.registration.state !== "pending") return [];
  return [{ ...world, registration: stored(world.registration, "the message fails", rules) }];
}

/** The clock goes on to the next instant, or jumps back to the one before; from there, to any. */
function moments(world: World): readonly World[] {
  const instants = instantsOf(world.registration);
  const here = instants.indexOf(world.now);
  return [instants[here - 1], instants[here + 1]].flatMap((now) => (now === undefined ? [] : [{ ...world, now }]));
}

/** The clock of a new pending registration starts anew; a stub's stands still, for nothing about it depends on time. */
function rebased(was: World, is: World): World {
  const { registration, now } = is;
  if (was.registration.state === registration.state) return is;
  if (registration.state !== "pending") return { registration: timeless(registration), now: 0, dead: false };
  const { challenge } = registration;
  return {
    registration: {
      ...registration,
      committedAt: registration.committedAt - now,
      expiresAt: registration.expiresAt - now,
      challenge: {
        ...challenge,
        issuedAt: challenge.issuedAt - now,
        sentAt: challenge.sentAt - now,
        expiresAt: challenge.expiresAt - now,
      },
    },
    now: 0,
    dead: false,
  };
}

function timeless(registration: Registration): Registration {
  return registration.state === "activated" || registration.state === "closed"
    ? { ...registration, committedAt: 0, keepUntil: 0 }
    : registration;
}

function isDeadAfter({ dead }: World, before: Registration, command: Command, decision: Decision): boolean {
  const { next } = decision;
  if (before.state !== "pending" || next.state !== "pending") return false;
  if (next.challenge.serial !== before.challenge.serial) return false;
  return dead || isRefusedAsExpired(before, command, decision);
}

const replyOf = ({ reply }: Decision): string => (reply.ok ? "ok" : reply.problem.code);
const isByMail = (one: Registration): boolean => "identifier" in one && one.identifier?.channel === "email";

/**
 * Two worlds of one key have one future. Every field that can differ is in it but two: `passwordTries`, which shows in
 * nothing but `attemptsLeft`, and whether a message is `"queued"` or `"sent"`, which shows in nothing
 * (test/property/machine.test.ts).
 */
function keyOf({ registration: r, now, dead }: World): string {
  switch (r.state) {
    case "open":
      return `open ${now} ${r.expiresAt} ${r.identifier?.channel} ${r.password} ${r.humanUntil} ${r.profile === undefined}`;
    case "pending": {
      const { serial, issuedAt, sentAt, expiresAt, guesses, delivery } = r.challenge;
      const secret = `${serial} ${issuedAt} ${sentAt} ${expiresAt} ${guesses} ${delivery === "failed"}`;
      const counts = `${r.sends} ${r.addresses} ${r.addressSince} ${r.identifier.channel} ${r.disowned}`;
      return `pending ${now} ${dead} ${r.committedAt} ${counts} ${secret}`;
    }
    case "activated":
      return `activated by ${r.by}`;
    case "closed":
      return `closed, ${r.reason}`;
  }
}
