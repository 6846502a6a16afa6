/** Throws a `BrokenPromise` with `otherwise` unless the condition holds. */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw Object.assign(new Error(otherwise), { name: "BrokenPromise" });
}

/** Throws unless both are equal in depth; a property that is undefined counts as absent, as it does in every database. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  expectThat(isSame(actual, expected), `${what}: expected ${written(expected)}, but it was ${written(actual)}`);
}

/** Throws unless the work throws; gives back what it threw. */
export async function expectThrown(work: () => Promise<unknown>, what: string): Promise<unknown> {
  const settled = await work().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  );
  expectThat(settled !== undefined, `${what}: expected it to throw`);
  return settled.thrown;
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isSame(Reflect.get(left, key), Reflect.get(right, key)));
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
