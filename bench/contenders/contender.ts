import type { Pool } from "pg";
import type { DatabaseSync } from "../../test/runtime/node-sqlite.js";

/** Where the rows are kept; `postgres` through a pool of 10 or of 32 connections. */
export type Storage = "memory" | "sqlite" | "postgres-10" | "postgres-32";

/** What a password costs: nothing, the OWASP floor, or the second recommendation of RFC 9106 section 4. */
export type HashName = "none" | "owasp" | "rfc9106";

/** The package that computes Argon2id. */
export type Argon2Package = "argon2" | "node-rs";

/** What a contender is built on; the same for all that are compared. */
export interface Ground {
  readonly storage: Storage;
  readonly hash: HashName;
  readonly argon2: Argon2Package;
  readonly database: Database;
}

/** A fresh database of the child's own. */
export interface Database {
  readonly sqlite?: DatabaseSync;
  readonly pool?: Pool;
  /** Processor time of the server's processes so far, in microseconds; 0 where the database is part of this one. */
  serverMicros(): number;
  drop(): Promise<void>;
}

/**
 * One way to do the same work.
 *
 * `signUp`: a visitor types an address and a password, the message is handed to a mailer that does nothing, the link is
 * opened, the account is active. `signIn`: the same person signs in. Each throws where the person did not get there.
 */
export interface Contender {
  signUp(email: string): Promise<void>;
  signIn(email: string): Promise<void>;
  /** The form alone, which nobody follows up: what a flood is made of. `busy` is an answer, come again later. */
  start(email: string): Promise<"started" | "busy">;
  /** Waits for work that was left for the background, so that its time is counted too. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export const password = "harbour tulip nine cranes";

/** Hands each mail's link to the person who waits for it; the mailer of every contender. */
export class Letterbox {
  readonly #awaited = new Map<string, (link: string) => void>();

  /** To be asked before the mail is sent; a person waits as long as it takes. */
  expect(email: string): Promise<string> {
    return new Promise((resolve) => this.#awaited.set(email, resolve));
  }

  deliver(email: string, link: string): void {
    this.#awaited.get(email)?.(link);
    this.#awaited.delete(email);
  }
}
