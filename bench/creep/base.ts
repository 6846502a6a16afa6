import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit that was built in a folder of its own, with the packages that are installed here. */
export interface Base {
  readonly name: string;
  readonly dist: string;
  remove(): void;
}

/** Builds the commit; throws where there is none of that name, or where it does not build. */
export function buildBase(root: string, commit: string): Base {
  const inRoot = (program: string, ...given: readonly string[]) =>
    execFileSync(program, given, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  const name = inRoot("git", "log", "-1", "--format=%h %s", commit);
  const folder = join(mkdtempSync(join(tmpdir(), "porchlight-base-")), "base");
  inRoot("git", "worktree", "add", "--quiet", "--detach", folder, commit);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { cwd: folder, stdio: "inherit" });
  return {
    name,
    dist: join(folder, "dist"),
    remove() {
      inRoot("git", "worktree", "remove", "--force", folder);
      rmSync(join(folder, ".."), { recursive: true, force: true });
    },
  };
}
