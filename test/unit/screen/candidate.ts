import type { Screen } from "porchlight";
import { parseIdentifier } from "porchlight/values/parse-identifier";

type Candidate = Parameters<Screen>[0];

/** Somebody at the door, by address. */
export function candidate(address: string, brings: Partial<Candidate> = {}): Candidate {
  const identifier = parseIdentifier(address);
  if (!identifier.ok) throw new Error(`${address} is no address.`);
  return { identifier: identifier.value, profile: null, metadata: {}, from: { ip: "192.0.2.1" }, ...brings };
}
