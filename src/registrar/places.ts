/** So many may be at work at a time; whoever comes later waits in line. */
export interface Places {
  /** Resolves with true when a place is free, which is the caller's until `leave`; with false where `closing` came first. */
  enter(): Promise<boolean>;
  leave(): void;
}

export function createPlaces(count: number, closing: AbortSignal): Places {
  const line: ((mayEnter: boolean) => void)[] = [];
  let free = count;
  closing.addEventListener("abort", () => {
    for (const turn of line.splice(0)) turn(false);
  });
  return {
    enter() {
      if (closing.aborted) return Promise.resolve(false);
      if (free === 0) return new Promise((turn) => line.push(turn));
      free -= 1;
      return Promise.resolve(true);
    },
    leave() {
      const next = line.shift();
      if (next === undefined) free += 1;
      else next(true);
    },
  };
}
