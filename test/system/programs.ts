import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The first of these folders, then of PATH, that has every one of these programs. */
export function folderWith(programs: readonly string[], folders: readonly string[] = []): string | undefined {
  const places = [...folders, ...(process.env.PATH ?? "").split(delimiter)];
  return places.find((folder) => programs.every((program) => isProgram(join(folder, program))));
}

/** The folders of one kind for each version, as Debian lays them out; the newest version first. */
export function versionsIn(folder: string, below: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(folder, version, below));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
