// The site's keys, made at its first start and kept beside its database. A real host has them from its secret manager.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Keys } from "porchlight";

const bytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

export async function keptKeys(file: string): Promise<Keys> {
  await mkdir(dirname(file), { recursive: true });
  // Written by the first start only, and read by nobody else.
  const text = `${Buffer.from(bytes(64)).toString("base64")}\n`;
  await writeFile(file, text, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return keysOf(Buffer.from(await readFile(file, "utf8"), "base64"));
}

/** Good until the process ends. */
export const randomKeys = (): Keys => keysOf(bytes(64));

function keysOf(secrets: Uint8Array): Keys {
  return { seal: "k1", known: [{ id: "k1", secret: secrets.subarray(0, 32) }], pseudonym: secrets.subarray(32, 64) };
}
