import type { Store } from "../../src/ports.js";

/** A store with a database of its own, to be measured and thrown away. */
export interface Kept {
  readonly store: Store<never>;
  /** Round trips so far; of an embedded database, statements that it was given. */
  trips(): number;
  /** Does what the server's own housekeeping does in time, so that it does not fall on one round by chance. */
  tidy(): Promise<void>;
  /** Closes the database and deletes it. */
  drop(): Promise<void>;
}

/** One of the stores that are set side by side. */
export interface Kind {
  readonly name: string;
  /** Makes an empty database with the schema, and fills it with so many accounts, each with the stub of its registration. */
  open(accounts: number): Promise<Kept>;
}
