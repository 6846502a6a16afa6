import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "libsql";

// The parts of Hrana 2 over HTTP, in JSON, that `@libsql/client` speaks: github.com/tursodatabase/libsql, docs/HRANA_2_SPEC.md.
type Value =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string };

interface Stmt {
  readonly sql?: string;
  readonly sql_id?: number;
  readonly args?: readonly Value[];
}

type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] };

interface Step {
  readonly condition?: Condition;
  readonly stmt: Stmt;
}

type Request =
  | { readonly type: "execute"; readonly stmt: Stmt }
  | { readonly type: "batch"; readonly batch: { readonly steps: readonly Step[] } }
  | { readonly type: "sequence"; readonly sql: string }
  | { readonly type: "store_sql"; readonly sql_id: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sql_id: number }
  | { readonly type: "close" };

interface Pipeline {
  readonly baton?: string | null;
  readonly requests: readonly Request[];
}

/** A connection that one client holds from its first request to its `close`. */
interface Stream {
  readonly database: Database.Database;
  readonly texts: Map<number, string>;
}

/** A libSQL server on a loopback port, over one file. */
export interface HranaServer {
  readonly url: string;
  /** How many requests it has answered: each is one round trip. */
  requests(): number;
  /** Whether it takes requests and answers none. */
  hang(hangs: boolean): void;
  close(): Promise<void>;
}

export async function hranaServer(file: string): Promise<HranaServer> {
  const streams = new Map<string, Stream>();
  const idle: Database.Database[] = [];
  let requests = 0;
  let hangs = false;

  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/v2/pipeline") {
      response.writeHead(404).end();
      return;
    }
    requests += 1;
    const { baton, requests: wanted }: Pipeline = JSON.parse(await bodyOf(request));
    if (hangs) return;
    const name = baton ?? randomUUID();
    const stream = streams.get(name) ?? { database: idle.pop() ?? open(file), texts: new Map() };
    streams.set(name, stream);
    const results = wanted.map((one) => answer(stream, one));
    const closed = wanted.some(({ type }) => type === "close");
    if (closed) {
      if (stream.database.inTransaction) stream.database.exec("rollback");
      idle.push(stream.database);
      streams.delete(name);
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ baton: closed ? null : name, base_url: null, results }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests: () => requests,
    hang: (said) => {
      hangs = said;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      for (const database of idle) database.close();
      for (const { database } of streams.values()) database.close();
    },
  };
}

/** What a test writes may be lost with the machine: nothing waits for the disk. */
function open(file: string): Database.Database {
  const database = new Database(file);
  database.exec("pragma synchronous = off");
  return database;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === "object" && address !== null) return address.port;
  throw new Error("The server listens on no port.");
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function answer({ database, texts }: Stream, request: Request): object {
  const { type } = request;
  try {
    if (type === "execute") return { type: "ok", response: { type, result: execute(database, texts, request.stmt) } };
    if (type === "batch")
      return { type: "ok", response: { type, result: batch(database, texts, request.batch.steps) } };
    if (type === "sequence") database.exec(request.sql);
    if (type === "store_sql") texts.set(request.sql_id, request.sql);
    if (type === "close_sql") texts.delete(request.sql_id);
    return { type: "ok", response: { type } };
  } catch (error) {
    return { type: "error", error: said(error) };
  }
}

function batch(database: Database.Database, texts: Stream["texts"], steps: readonly Step[]): object {
  const step_results: (object | null)[] = [];
  const step_errors: (object | null)[] = [];
  const holds = (condition: Condition): boolean => {
    if ("step" in condition) {
      return ((condition.type === "ok" ? step_results : step_errors)[condition.step] ?? null) !== null;
    }
    if (condition.type === "not") return !holds(condition.cond);
    return condition.type === "and" ? condition.conds.every(holds) : condition.conds.some(holds);
  };
  for (const { condition, stmt } of steps) {
    let result: object | null = null;
    let error: object | null = null;
    if (condition === undefined || holds(condition)) {
      try {
        result = execute(database, texts, stmt);
      } catch (thrown) {
        error = said(thrown);
      }
    }
    step_results.push(result);
    step_errors.push(error);
  }
  return { step_results, step_errors };
}

function execute(database: Database.Database, texts: Stream["texts"], { sql, sql_id = -1, args = [] }: Stmt): object {
  const statement = database.prepare(sql ?? texts.get(sql_id) ?? "").safeIntegers(true);
  const values = args.map(read);
  if (!givesRows(statement)) {
    const { changes } = statement.run(...values);
    return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: null };
  }
  const cols = statement.columns().map(({ name }) => ({ name, decltype: null }));
  const rows = statement.all(...values).map((row) => (Array.isArray(row) ? row.map(written) : []));
  return { cols, rows, affected_row_count: 0, last_insert_rowid: null };
}

/** The driver refuses to give a statement's rows as lists where it has none. */
function givesRows(statement: { raw(on: boolean): unknown }): boolean {
  try {
    statement.raw(true);
    return true;
  } catch {
    return false;
  }
}

function read(value: Value): string | number | bigint | null {
  if (value.type === "null") return null;
  return value.type === "integer" ? BigInt(value.value) : value.value;
}

function written(value: unknown): Value {
  if (value === null) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: String(value) };
  if (typeof value === "number") return { type: "float", value };
  return { type: "text", value: String(value) };
}

function said(error: unknown): object {
  if (!(error instanceof Error)) throw error;
  return { message: error.message, code: String(Reflect.get(error, "code")) };
}
