import type { Clock } from "../ports.js";
import type { Clause } from "./clause.js";
import { expectThat } from "./expect.js";

/** What every clock promises. It may jump; nothing here says that it runs. */
export const clockContract: readonly Clause<Clock>[] = [
  {
    promise: "tells whole numbers",
    async check(make) {
      const now = (await make()).now();
      expectThat(Number.isSafeInteger(now), `now() was ${now}, not a whole number`);
    },
  },
  {
    promise: "counts in milliseconds since 1970, not in seconds",
    async check(make) {
      const now = (await make()).now();
      expectThat(now > Date.UTC(2001, 8, 9), `now() was ${now}, long before this package`);
    },
  },
];
