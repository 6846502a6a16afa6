// Runs under any Node: checks what the two hashers promise, and says of each promise what became of it.
import { hasherPromises } from "./hashers.js";

/** What became of one promise; a line of the program's output. */
export interface CheckedPromise {
  readonly promise: string;
  /** What was broken; undefined where the promise was kept. */
  readonly broken?: string | undefined;
}

for (const { promise, check } of hasherPromises) {
  const broken = await check().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const checked: CheckedPromise = { promise, broken };
  console.log(JSON.stringify(checked));
}
