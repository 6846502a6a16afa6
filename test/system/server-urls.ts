/** `postgres://user@host:port/database` of a server on which tests may create and drop databases. */
export const postgresUrl: string | undefined = process.env.PORCHLIGHT_POSTGRES_URL || undefined;

/** `mysql://user@host:port` of a MySQL 8 or MariaDB server on which tests may create and drop databases. */
export const mysqlUrl: string | undefined = process.env.PORCHLIGHT_MYSQL_URL || undefined;

/** `redis://host:port`; tests write only under a prefix of their own. */
export const redisUrl: string | undefined = process.env.PORCHLIGHT_REDIS_URL || undefined;

/** The url, or an error that names the variable. */
export function demanded(url: string | undefined, variable: string): string {
  if (url === undefined) throw new Error(`${variable} is not set: there is no such server to test with.`);
  return url;
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The same database on another loopback port: that of a proxy, or of a private server. */
export function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = "127.0.0.1";
  changed.port = String(port);
  return changed.href;
}
