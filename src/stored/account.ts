import type { Account, Consent } from "../core/registration.js";
import type { StoredAccount } from "../ports.js";
import type { Row } from "../sql/database.js";
import type { Identifier } from "../values/identifier.js";
import { bounded, integer, oneOf, text } from "./columns.js";

/** @throws TypeError for a text that the columns of an account could not give back as it is */
export function checkTexts(
  given: Pick<Account, "identifier" | "consents"> & { readonly password: string | null },
): void {
  const { identifier, consents, password } = given;
  bounded(identifier.key, "key");
  bounded(identifier.address, "address");
  if (password !== null) bounded(password, "password");
  for (const { document, version, locale } of consents) {
    bounded(document, "document");
    bounded(version, "version");
    bounded(locale, "locale");
  }
}

/** An account, its identifier and its consents as their columns. */
export interface AccountRows {
  readonly account: {
    readonly id: string;
    readonly password: string | null;
    readonly profile: string;
    readonly metadata: string;
    readonly activated_at: number;
  };
  readonly identifier: {
    readonly address_key: string;
    readonly channel: string;
    readonly address: string;
    /** Of a phone only, as is its type. */
    readonly country: string | null;
    readonly phone_type: string | null;
  };
  readonly consents: readonly (readonly [
    position: number,
    document: string,
    version: string,
    locale: string,
    at: number,
  ])[];
}

export function accountRows({ account, password }: StoredAccount): AccountRows {
  const { id, identifier, profile, consents, metadata, activatedAt } = account;
  checkTexts({ identifier, consents, password });
  return {
    account: {
      id: bounded(id, "accountId"),
      password,
      profile: JSON.stringify(profile) ?? "null",
      metadata: JSON.stringify(metadata),
      activated_at: activatedAt,
    },
    identifier: {
      address_key: identifier.key,
      channel: identifier.channel,
      address: identifier.address,
      country: identifier.channel === "phone" ? identifier.country : null,
      phone_type: identifier.channel === "phone" ? identifier.type : null,
    },
    consents: consents.map(({ document, version, locale, at }, position) => [position, document, version, locale, at]),
  };
}

/** Reads the columns that every store selects for an account; `consents` is JSON, in any order. */
export function readAccount(row: Row): StoredAccount {
  const consents: readonly AccountRows["consents"][number][] = JSON.parse(text(row, "consents"));
  const account: Account = {
    id: text(row, "account"),
    identifier: readIdentifier(row),
    profile: JSON.parse(text(row, "profile")),
    consents: consents
      .toSorted(([a], [b]) => a - b)
      .map(([, document, version, locale, at]): Consent => ({ document, version, locale, at })),
    metadata: JSON.parse(text(row, "metadata")),
    activatedAt: integer(row, "activated_at"),
  };
  return { account, password: row.password === null ? null : text(row, "password") };
}

/**
 * Which account of `a` and `i` a store reads to answer for a key: its own, else the next one's, else the first.
 *
 * So a key that nobody has costs what others do, on the server and here, and how long a sign-in takes tells nobody who
 * has an account. {@link readAccountOf} keeps the neighbour to itself.
 *
 * @param key the placeholder of the key
 */
export function atOrPast(key: string): string {
  const keys = "select min(n.address_key) from porchlight_identifier as n";
  return `i.address_key = coalesce((${keys} where n.address_key >= ${key}), (${keys}))`;
}

/** The account of this very key, from the row that {@link atOrPast} found. */
export function readAccountOf(key: string, row: Row | undefined): StoredAccount | undefined {
  const read = row && readAccount(row);
  return read?.account.identifier.key === key ? read : undefined;
}

const phoneTypes = ["mobile", "mobile_or_landline", "voip"] as const;

function readIdentifier(row: Row): Identifier {
  const found = { address: text(row, "address"), key: text(row, "account_key") };
  const channel = oneOf(row, "channel", ["email", "phone"] as const);
  if (channel === "email") return { channel, ...found };
  return { channel, ...found, country: text(row, "country"), type: oneOf(row, "phone_type", phoneTypes) };
}
