// The built page: a few files, read once.

import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

export interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** Every file under `folder` by its path, such as `/assets/index-4f2a.js`. */
export async function readStatic(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name).slice(folder.length).replaceAll("\\", "/");
        const type = types[extname(name)] ?? "application/octet-stream";
        return [
          path,
          { body: new Uint8Array(await readFile(join(parentPath, name))), type, isHashed: path.startsWith("/assets/") },
        ] as const;
      }),
  );
  return new Map(files);
}
