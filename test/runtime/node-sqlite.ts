import { createRequire } from "node:module";

type SQLInputValue = null | number | bigint | string | NodeJS.ArrayBufferView;
type SQLOutputValue = null | number | bigint | string | Uint8Array;
type Named = Record<string, SQLInputValue>;

interface StatementResultingChanges {
  changes: number | bigint;
  lastInsertRowid: number | bigint;
}

/** The parts of `node:sqlite` that the tests use, as @types/node 24 declares them: that of Node 20 has none. */
export interface StatementSync {
  all(...anonymousParameters: SQLInputValue[]): Record<string, SQLOutputValue>[];
  all(namedParameters: Named, ...anonymousParameters: SQLInputValue[]): Record<string, SQLOutputValue>[];
  run(...anonymousParameters: SQLInputValue[]): StatementResultingChanges;
  run(namedParameters: Named, ...anonymousParameters: SQLInputValue[]): StatementResultingChanges;
}

export interface DatabaseSync {
  close(): void;
  exec(sql: string): void;
  readonly isTransaction: boolean;
  prepare(sql: string): StatementSync;
}

interface Sqlite {
  readonly DatabaseSync: new (path: string) => DatabaseSync;
}

/** Opens a file, or `:memory:`; throws before Node 22.13. */
export function openNodeSqlite(path: string): DatabaseSync {
  const sqlite: Sqlite = createRequire(import.meta.url)("node:sqlite");
  return new sqlite.DatabaseSync(path);
}
