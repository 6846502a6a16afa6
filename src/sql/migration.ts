import { PorchlightError } from "../errors.js";
import type { Database } from "./database.js";

/** The schema that this version needs: how many steps each dialect's `schema()` has. */
export const schemaVersion = 1;

/** A database that has been seen to have the schema; `ready` looks now, whatever was seen before. */
export interface ReadyDatabase<Tx> extends Database<Tx> {
  ready(): Promise<void>;
}

/** A look at the schema: `now`, or `once` per process. Each throws ERR_SCHEMA_OUTDATED where it is too old. */
export interface SchemaLook {
  now(): Promise<void>;
  once(): Promise<void>;
}

/**
 * Looks whether the schema is new enough.
 *
 * A failed look is not remembered: after `migrate()` the same process goes on. A schema newer than this version is let
 * be, for a deployment runs both versions for a while.
 */
export function lookAtSchema(
  database: Pick<Database<unknown>, "run">,
  isMissing: (error: unknown) => boolean,
): SchemaLook {
  let found: Promise<void> | undefined;

  async function look(): Promise<void> {
    const version = await readVersion(database, isMissing);
    if (version < schemaVersion) throw new PorchlightError("ERR_SCHEMA_OUTDATED");
  }

  return {
    async now() {
      await look();
      found = Promise.resolve();
    },
    once() {
      found ??= look().catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return found;
    },
  };
}

/** Lets no statement through before the schema was found new enough, once per process. */
export function requireSchema<Tx>(database: Database<Tx>, isMissing: (error: unknown) => boolean): ReadyDatabase<Tx> {
  const schema = lookAtSchema(database, isMissing);
  return {
    ready: schema.now,
    async run(statement, values) {
      await schema.once();
      return database.run(statement, values);
    },
    async transaction(work) {
      await schema.once();
      return database.transaction(work);
    },
  };
}

/** The version of the schema that is there; 0 where there is none. */
export async function readVersion(
  { run }: Pick<Database<unknown>, "run">,
  isMissing: (error: unknown) => boolean,
): Promise<number> {
  try {
    const { rows } = await run("select max(version) as version from porchlight_schema");
    return Number(rows[0]?.version ?? 0);
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** One version of a schema, and the SQL that leads to it from the one before. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}
