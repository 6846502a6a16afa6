import { randomBytes } from "node:crypto";

const start = "porchlight_test_";

/** A name that no other test has, for a database or a prefix; it says when it was made. */
export function freshName(): string {
  return `${start}${Math.floor(Date.now() / 1000)}_${randomBytes(5).toString("hex")}`;
}

/** True of what a crashed run left behind: a {@link freshName} more than an hour old. */
export function isLeftOver(name: string): boolean {
  const madeAt = new RegExp(`^${start}(\\d+)_[0-9a-f]+`).exec(name)?.[1];
  return madeAt !== undefined && Number(madeAt) < Date.now() / 1000 - 3600;
}
