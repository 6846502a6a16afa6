/** An Argon2id hash taken apart: memory in KiB, passes, parallelism, and the id of the pepper where there was one. */
export interface Phc {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly pepperId: string | undefined;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

// RFC 9106 section 4, first recommendation: 2^21 KiB is the most that anybody is told to use. More is damage.
const mostMemoryKiB = 2 ** 21;
// PHC string format, Argon2 profile: p is at most 255; RFC 9106 section 3.1: at least 8 KiB for each lane.
const mostParallelism = 255;
const leastKiBPerLane = 8;
// OWASP publishes up to 5 passes; eight times that is damage, and would hold a slot for long.
const mostPasses = 40;

const pattern =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})(?:,keyid=([A-Za-z0-9+/]{2,11}))?\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;

/** True where Argon2 accepts the parameters and a server survives them. */
export function isBearable({ memoryKiB, passes, parallelism }: Omit<Phc, "pepperId" | "salt" | "tag">): boolean {
  return (
    [memoryKiB, passes, parallelism].every((n) => Number.isSafeInteger(n) && n >= 1) &&
    memoryKiB <= mostMemoryKiB &&
    passes <= mostPasses &&
    parallelism <= mostParallelism &&
    memoryKiB >= leastKiBPerLane * parallelism
  );
}

/** Writes the PHC string. The pepper's id travels in the `keyid` field of the Argon2 profile. */
export function formatPhc({ memoryKiB, passes, parallelism, pepperId, salt, tag }: Phc): string {
  const keyId = pepperId === undefined ? "" : `,keyid=${base64(Buffer.from(pepperId))}`;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}${keyId}$${base64(salt)}$${base64(tag)}`;
}

/** Reads a PHC string; undefined for whatever is not Argon2id of version 19 within bearable parameters. */
export function parsePhc(encoded: string): Phc | undefined {
  const [, m, t, p, keyId, salt, tag] = pattern.exec(encoded) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  const parameters = { memoryKiB: Number(m), passes: Number(t), parallelism: Number(p) };
  if (!isBearable(parameters)) return undefined;
  const pepperId = keyId === undefined ? undefined : Buffer.from(keyId, "base64").toString();
  return { ...parameters, pepperId, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}

/** PHC string format: base64 without padding. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
