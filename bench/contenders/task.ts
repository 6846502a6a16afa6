import type { Argon2Package, HashName, Storage } from "./contender.js";

export type Name = "porchlight" | "porchlight-http" | "better-auth" | "better-auth-http" | "hand-written" | "raw";
export type Work = "sign-up" | "sign-in";

/** What a child is asked to do; each work at each number of people at once, after a warm-up that is not counted. */
export interface Task {
  readonly name: Name;
  readonly storage: Storage;
  readonly hash: HashName;
  readonly argon2: Argon2Package;
  readonly works: readonly Work[];
  readonly atOnce: readonly number[];
  readonly warmMs: number;
  readonly ms: number;
}

/** What it found: `people` did it in `seconds`; processor time of each, in this process and in the database's, in µs. */
export interface Measured {
  readonly work: Work;
  readonly atOnce: number;
  readonly people: number;
  readonly seconds: number;
  readonly ownMicros: number;
  readonly serverMicros: number;
}
