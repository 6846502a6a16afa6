/** A port with one defect, and the promise of the clause that must catch it. */
export interface Broken<Port> {
  readonly defect: string;
  readonly caughtBy: string;
  readonly make: () => Port;
}

/** Lets other work in between, where a careless adapter would wait for its database. */
export async function elsewhere(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await Promise.resolve();
}
