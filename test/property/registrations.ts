import fc, { type Arbitrary } from "fast-check";
import type {
  Activated,
  Challenge,
  Closed,
  Command,
  Consent,
  Fresh,
  Open,
  Pending,
  Registration,
  Rules,
} from "../../src/core/registration.js";
import { readRules } from "../../src/rules.js";
import type { Identifier } from "../../src/values/identifier.js";
import { mail, minute, otherMail, phone, type StoreMoment, sameMail } from "../unit/core/story.js";

const boundaries = [0, 1, 59_999, 60_000, 299_999, 300_000, 600_000, 28_800_000, 86_399_999, 86_400_000];

/** Around the boundaries, near each other, or absurd: before 1970, or as late as a number can say. */
const instants: Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constantFrom(...boundaries), weight: 4 },
  { arbitrary: fc.integer({ min: 0, max: 90_000_000 }), weight: 2 },
  { arbitrary: fc.maxSafeInteger(), weight: 1 },
);
const counts: Arbitrary<number> = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 7 }), weight: 6 },
  { arbitrary: fc.maxSafeInteger(), weight: 1 },
);
const names = fc.string({ maxLength: 12 });
/** As JSON has it: no minus zero. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

export const identifiers: Arbitrary<Identifier> = fc.constantFrom(mail, sameMail, otherMail, phone);
const metadata = fc.dictionary(names, names, { maxKeys: 3, noNullPrototype: true });
const consents: Arbitrary<readonly Consent[]> = fc.array(
  fc.record({ document: names, version: names, locale: names, at: instants }),
  { maxLength: 2 },
);
const fresh: Arbitrary<Fresh> = fc.record({ keyId: names, nonce: names, digits: fc.constantFrom(6, 8, 10) });

const given = { id: names, expiresAt: instants, locale: names, metadata };

const open: Arbitrary<Open> = fc.record(
  {
    ...given,
    state: fc.constant("open" as const),
    bornAt: instants,
    identifier: identifiers,
    password: names,
    humanUntil: instants,
    profile: json,
    consents,
  },
  { requiredKeys: ["id", "expiresAt", "locale", "metadata", "state", "bornAt"] },
);

const challenge: Arbitrary<Challenge> = fc.record({
  serial: counts,
  keyId: names,
  nonce: names,
  digits: fc.constantFrom(6, 8, 10),
  issuedAt: instants,
  sentAt: instants,
  expiresAt: instants,
  guesses: counts,
  delivery: fc.constantFrom("queued" as const, "sent" as const, "failed" as const),
});

export const pendings: Arbitrary<Pending> = fc.record({
  ...given,
  state: fc.constant("pending" as const),
  identifier: identifiers,
  password: names,
  profile: json,
  consents,
  challenge,
  sends: counts,
  addresses: counts,
  passwordTries: counts,
  disowned: fc.boolean(),
  committedAt: instants,
  addressSince: counts,
});

const activated: Arbitrary<Activated> = fc.record({
  state: fc.constant("activated" as const),
  id: names,
  accountId: names,
  by: fc.constantFrom("ticket" as const, "password" as const, "code" as const, "link" as const),
  committedAt: instants,
  keepUntil: instants,
});

const closed: Arbitrary<Closed> = fc.record({
  state: fc.constant("closed" as const),
  id: names,
  reason: fc.constantFrom("expired" as const, "cancelled" as const, "taken" as const),
  committedAt: instants,
  keepUntil: instants,
});

/** Straight from the type: most of these no history could leave. */
export const registrations: Arbitrary<Registration> = fc.oneof(
  { arbitrary: open, weight: 2 },
  { arbitrary: pendings, weight: 6 },
  activated,
  closed,
);

const proofs = fc.constantFrom(...(["ticket", "password", "link", "wrong", "none"] as const));

/** Commands at any of `ats`, about any of `serials`. */
const commandsAt = (ats: Arbitrary<number>, serials: Arbitrary<number>): Arbitrary<Command> =>
  fc.oneof(
    fc.record(
      {
        do: fc.constant("fill" as const),
        at: ats,
        fresh,
        identifier: identifiers,
        password: names,
        humanUntil: instants,
        profile: json,
        consents,
      },
      { requiredKeys: ["do", "at", "fresh"] },
    ),
    fc.record({ do: fc.constant("change" as const), at: ats, fresh, identifier: identifiers }),
    fc.record({ do: fc.constant("resend" as const), at: ats, fresh }),
    fc.record({
      do: fc.constant("confirm" as const),
      at: ats,
      serial: serials,
      right: fc.constantFrom(true, false, "locked" as const),
      accountId: names,
    }),
    fc.record({ do: fc.constant("activate" as const), at: ats, serial: serials, proof: proofs, accountId: names }),
    fc.record({ do: fc.constant("disown" as const), at: ats, serial: serials }),
    fc.record({ do: fc.constantFrom("look" as const, "cancel" as const, "lose" as const), at: ats }),
  );

export const commands: Arbitrary<Command> = commandsAt(instants, counts);

/** Any rules that a host may choose, of those that the machine reads. */
export const rulesWithinBounds: Arbitrary<Rules> = fc
  .record({
    steps: fc
      .shuffledSubarray(["identifier", "password", "captcha", "profile"] as const, { minLength: 0 })
      .map((some) => [...some, ...(["identifier", "password"] as const).filter((one) => !some.includes(one))]),
    activation: fc.constantFrom("ticket_or_password" as const, "password" as const, "anyone_with_the_link" as const),
    guessesPerCode: fc.integer({ min: 1, max: 5 }),
    sendsPerRegistration: fc.integer({ min: 1, max: 5 }),
    addressesPerRegistration: fc.integer({ min: 1, max: 3 }),
    resendAfterSeconds: fc.integer({ min: 60, max: 600 }),
    linkLifeSeconds: fc.integer({ min: 300, max: 86_400 }),
    codeLifeSeconds: fc.integer({ min: 120, max: 600 }),
  })
  .map(readRules);

/** What a history is made of. Its times are told as time that passed, now and then backwards. */
export type Happening = StoreMoment | { readonly passed: number; readonly command: Command };

const passing: Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constantFrom(0, 1, 59_999, 60_000, 5 * minute - 1, 5 * minute, 10 * minute), weight: 6 },
  { arbitrary: fc.integer({ min: 0, max: 8 * 60 * minute }), weight: 1 },
  { arbitrary: fc.integer({ min: -70 * minute, max: -1 }), weight: 1 },
);
const storeMoments: Arbitrary<StoreMoment> = fc.constantFrom(
  "a guess is paid",
  "a password try is paid",
  "the message is sent",
  "the message fails",
);
const anyCommands = commandsAt(fc.constant(0), fc.constantFrom(1, 1, 2, 2, 3, 4));
const disownings = fc.record({
  do: fc.constant("disown" as const),
  at: fc.constant(0),
  serial: fc.constantFrom(1, 2, 3),
});
/** By somebody who does not give up: most histories should be long. */
const patientCommands = anyCommands.filter((command) => !["cancel", "lose", "disown"].includes(command.do));

/** Whatever happens to a registration that has got as far as pending, and sometimes does not. */
export const histories: Arbitrary<readonly Happening[]> = fc
  .tuple(
    fc.constantFrom(true, true, true, false),
    identifiers,
    fc.array(
      fc.oneof(
        { arbitrary: storeMoments, weight: 6 },
        { arbitrary: fc.record({ passed: passing, command: patientCommands }), weight: 14 },
        { arbitrary: fc.record({ passed: passing, command: disownings }), weight: 1 },
        { arbitrary: fc.record({ passed: passing, command: anyCommands }), weight: 1 },
      ),
      { minLength: 1, maxLength: 25, size: "max" },
    ),
  )
  .map(([complete, identifier, rest]) => (complete ? [{ passed: 0, command: wholeForm(identifier) }, ...rest] : rest));

const wholeForm = (identifier: Identifier): Command => ({
  do: "fill",
  at: 0,
  fresh: { keyId: "k1", nonce: "n1", digits: 6 },
  identifier,
  password: "a hash",
  humanUntil: 30 * minute,
  profile: {},
  consents: [],
});
