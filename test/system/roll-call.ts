import { hasChromium } from "../browser/chromium.js";
import { node24 } from "../runtime/node-24.js";
import { dropMysqlLeftovers } from "./fresh-mysql.js";
import { dropPostgresLeftovers } from "./fresh-postgres.js";
import { dropRedisLeftovers } from "./fresh-redis.js";
import { canMount } from "./premises.js";
import { hasMariadb } from "./private-mariadb.js";
import { hasPostgres } from "./private-postgres.js";
import { mysqlUrl, postgresUrl, redisUrl } from "./server-urls.js";

const servers = [
  { name: "PostgreSQL", variable: "PORCHLIGHT_POSTGRES_URL", url: postgresUrl, dropLeftovers: dropPostgresLeftovers },
  { name: "MySQL or MariaDB", variable: "PORCHLIGHT_MYSQL_URL", url: mysqlUrl, dropLeftovers: dropMysqlLeftovers },
  { name: "Redis", variable: "PORCHLIGHT_REDIS_URL", url: redisUrl, dropLeftovers: dropRedisLeftovers },
];

const machine = [
  { name: "a PostgreSQL of its own (initdb and postgres)", there: hasPostgres },
  { name: "a MariaDB of its own (mariadbd and mariadb-install-db)", there: hasMariadb },
  { name: "a small disk (root's right to mount)", there: canMount() },
  { name: "Chromium (PORCHLIGHT_CHROMIUM, or Debian's package)", there: hasChromium },
  { name: "Node 24 (npm ci --prefix test/runtime)", there: node24 !== undefined },
];

/** What tests need and this machine does not have, each with what gives it. */
export const missing: readonly string[] = [
  ...servers.filter(({ url }) => url === undefined).map(({ name, variable }) => `${name} (${variable})`),
  ...machine.filter(({ there }) => !there).map(({ name }) => name),
];

/** Speaks to every server that is named, and tidies up after crashed runs. Throws where one does not answer. */
export async function callServers(): Promise<void> {
  for (const { name, variable, url, dropLeftovers } of servers) {
    if (url === undefined) continue;
    await dropLeftovers(url).catch((cause: unknown) => {
      throw new Error(`${name} does not answer at ${withoutSecrets(url)} (${variable}): ${reason(cause)}`, { cause });
    });
  }
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return "what is no URL";
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** A refused connection to a name with two addresses is an AggregateError without words. */
function reason(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reason).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
