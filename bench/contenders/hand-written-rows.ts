import type { Pool } from "pg";
import type { DatabaseSync } from "../../test/runtime/node-sqlite.js";
import type { Ground } from "./contender.js";

export interface Person {
  readonly id: string;
  readonly encoded: string;
  readonly verified: boolean;
}

/** A table of users and one of their passwords, as everybody has. */
export interface Rows {
  /** False where the address is taken. */
  insert(person: { readonly id: string; readonly email: string; readonly encoded: string }): Promise<boolean>;
  activate(id: string): Promise<boolean>;
  find(email: string): Promise<Person | undefined>;
}

export async function openRows({ database: { sqlite, pool } }: Ground): Promise<Rows> {
  if (pool) return inPostgres(pool);
  return sqlite ? inSqlite(sqlite) : inMemory();
}

const schema = `
create table person (id text primary key, email text not null unique, verified_at bigint, created_at bigint not null);
create table credential (person_id text primary key references person, encoded text not null);
`;

async function inPostgres(pool: Pool): Promise<Rows> {
  await pool.query(schema);
  return {
    async insert({ id, email, encoded }) {
      const { rowCount } = await pool.query({
        name: "insert_person",
        text: `with person as (
  insert into person (id, email, created_at) values ($1, $2, $3) on conflict (email) do nothing returning id
) insert into credential (person_id, encoded) select id, $4 from person`,
        values: [id, email, Date.now(), encoded],
      });
      return rowCount === 1;
    },
    async activate(id) {
      const { rowCount } = await pool.query({
        name: "activate_person",
        text: "update person set verified_at = $2 where id = $1 and verified_at is null",
        values: [id, Date.now()],
      });
      return rowCount === 1;
    },
    async find(email) {
      const { rows } = await pool.query<Person>({
        name: "find_person",
        text: `select id, encoded, verified_at is not null as verified from person join credential on person_id = id
where email = $1`,
        values: [email],
      });
      return rows[0];
    },
  };
}

function inSqlite(database: DatabaseSync): Rows {
  database.exec(schema);
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const insertPerson = database.prepare(
    "insert into person (id, email, created_at) values (?, ?, ?) on conflict (email) do nothing",
  );
  const insertCredential = database.prepare("insert into credential (person_id, encoded) values (?, ?)");
  const activate = database.prepare("update person set verified_at = ? where id = ? and verified_at is null");
  const find = database.prepare(
    "select id, encoded, verified_at is not null as verified from person join credential on person_id = id where email = ?",
  );
  return {
    async insert({ id, email, encoded }) {
      begin.run();
      const { changes } = insertPerson.run(id, email, Date.now());
      if (changes === 1) insertCredential.run(id, encoded);
      commit.run();
      return changes === 1;
    },
    activate: async (id) => activate.run(Date.now(), id).changes === 1,
    async find(email) {
      const [row] = find.all(email);
      return row && { id: String(row.id), encoded: String(row.encoded), verified: row.verified === 1 };
    },
  };
}

function inMemory(): Rows {
  const people = new Map<string, { id: string; email: string; encoded: string; verified: boolean }>();
  const byEmail = new Map<string, string>();
  return {
    async insert(person) {
      if (byEmail.has(person.email)) return false;
      byEmail.set(person.email, person.id);
      people.set(person.id, { ...person, verified: false });
      return true;
    },
    async activate(id) {
      const person = people.get(id);
      if (!person || person.verified) return false;
      person.verified = true;
      return true;
    },
    find: async (email) => people.get(byEmail.get(email) ?? ""),
  };
}
