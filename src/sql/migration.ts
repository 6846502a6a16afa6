import { PorchlightError } from "../errors.js";
import type { Database, Ran } from "./database.js";

/** The schema that this version needs: how many steps each dialect's `schema()` has. */
export const schemaVersion = 1;

const versionTable = "porchlight_schema";

/** The tables of a store. */
export const storeTables: readonly string[] = [
  "porchlight_registration",
  "porchlight_account",
  "porchlight_identifier",
  "porchlight_consent",
  "porchlight_message",
  "porchlight_event",
];

/** That of a limiter, which may have another database than the store, or another role. */
export const limiterTables: readonly string[] = ["porchlight_counter"];

/** A database that has been seen to have the schema; `ready` looks now and at each table, whatever was seen before. */
export interface ReadyDatabase<Tx> extends Database<Tx> {
  ready(): Promise<void>;
}

/**
 * A look at the schema: `now`, at its version and each table, or `once` per process, at its version. Each throws
 * ERR_SCHEMA_OUTDATED where it is too old; where a table is missing, the cause has its name.
 */
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
  tables: readonly string[],
): SchemaLook {
  const { run } = database;
  let found: Promise<void> | undefined;

  async function from(table: string, statement: string): Promise<Ran> {
    try {
      return await run(statement);
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new PorchlightError("ERR_SCHEMA_OUTDATED", { cause: { name: table, cause: error } });
    }
  }

  async function lookAtVersion(): Promise<void> {
    const version = versionIn(await from(versionTable, selectVersion));
    if (version < schemaVersion) throw new PorchlightError("ERR_SCHEMA_OUTDATED");
  }

  /** The version alone would vouch for a backup of which half was restored. */
  async function lookAtTables(): Promise<void> {
    try {
      await run(nothingFrom(tables));
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Which one it is stands only in the words of the error, and those differ.
      for (const table of tables) await from(table, nothingFrom([table]));
    }
  }

  return {
    async now() {
      await lookAtVersion();
      await lookAtTables();
      found = Promise.resolve();
    },
    once() {
      found ??= lookAtVersion().catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return found;
    },
  };
}

const nothingFrom = (tables: readonly string[]): string => `select 1 from ${tables.join(", ")} where 1 = 0`;

/** Lets no statement through before the schema was found new enough, once per process. */
export function requireSchema<Tx>(
  database: Database<Tx>,
  isMissing: (error: unknown) => boolean,
  tables: readonly string[],
): ReadyDatabase<Tx> {
  const schema = lookAtSchema(database, isMissing, tables);
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
    return versionIn(await run(selectVersion));
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

const selectVersion = `select max(version) as version from ${versionTable}`;
const versionIn = ({ rows }: Ran): number => Number(rows[0]?.version ?? 0);

/** One version of a schema, and the SQL that leads to it from the one before. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}
