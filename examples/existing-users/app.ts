// An application that had people long before Porchlight came: its own table of users, its own ids, its own hashes.

import type { PGlite } from "@electric-sql/pglite";
import { type Account, createRegistrar, type Event, type Hasher, type Mailer, parseEmail } from "porchlight";
import { postgresLimiter } from "porchlight/limiter/postgres";
import { migrate, postgresStore } from "porchlight/store/postgres";

/** The table as it was, with whatever people once typed as their address. */
export async function fillOldTable(database: PGlite, people: number, passwordHash: string): Promise<void> {
  await database.exec("create table app_user (id serial primary key, email text not null, password_hash text)");
  await database.query(
    "insert into app_user (email, password_hash) select 'User.' || n || '@Example.com', $2 from generate_series(1, $1::int) as n",
    [people, passwordHash],
  );
}

/**
 * The one migration of the host: each user gets the key that Porchlight compares addresses by.
 *
 * Two old users whose addresses differ by case only are one mailbox to Porchlight. The first keeps the key; the ids of
 * the others are given back, for a person to decide about them.
 */
export async function addLoginKeys(database: PGlite): Promise<readonly number[]> {
  await database.exec("alter table app_user add column login_key text unique");
  const { rows } = await database.query<{ id: number; email: string }>("select id, email from app_user order by id");
  const keys = rows.map(({ email }) => {
    const parsed = parseEmail(email);
    return parsed.ok ? parsed.value.key : null;
  });
  const { rows: left } = await database.query<{ id: number }>(
    `with wanted as (
      select id, login_key, row_number() over (partition by login_key order by id) as place
      from unnest($1::int[], $2::text[]) as wanted (id, login_key)
    ), given as (
      update app_user set login_key = wanted.login_key from wanted
      where app_user.id = wanted.id and wanted.place = 1 returning app_user.id
    )
    select id from wanted where place > 1 or login_key is null order by id`,
    [rows.map(({ id }) => id), keys],
  );
  return left.map(({ id }) => id);
}

export interface Ports {
  readonly mailer: Mailer;
  readonly hasher: Hasher;
  readonly onEvent: (event: Event) => Promise<void>;
}

/** Porchlight over the same database: its own tables beside the host's. */
export async function installPorchlight(database: PGlite, { mailer, hasher, onEvent }: Ports) {
  await migrate(database);
  const random = () => crypto.getRandomValues(new Uint8Array(32)); // A server keeps its keys where it keeps its other secrets.
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
    store: postgresStore(database),
    limiter: postgresLimiter(database),
    hasher,
    captcha: "none", // Your pages will have one: see the Captcha port.
    keys: { seal: "k1", known: [{ id: "k1", secret: random() }], pseudonym: random() },
    accounts: {
      // Whoever has an account already is told so by mail, and signs in with the password of old.
      async owner(key, tx) {
        const found = await (tx ?? database).query<{ id: number; password_hash: string | null }>(
          "select id, password_hash from app_user where login_key = $1",
          [key],
        );
        const [user] = found.rows;
        return user ? { accountId: String(user.id), password: user.password_hash } : null;
      },
      // In the activation's own transaction: both rows are written, or neither.
      async insert(tx, { identifier }: Account<null>) {
        const made = await tx.query<{ id: number }>(
          "insert into app_user (email, login_key) values ($1, $2) on conflict (login_key) do nothing returning id",
          [identifier.address, identifier.key],
        );
        const [user] = made.rows;
        return user ? { accountId: String(user.id) } : "taken";
      },
    },
    onEvent,
    delivery: "manual",
  });
  await registrar.ready();
  return registrar;
}
