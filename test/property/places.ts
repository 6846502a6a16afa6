import { missingSteps } from "../../src/core/open.js";
import type { Rules } from "../../src/core/registration.js";
import type { World } from "./explore.js";

/** A kind of state as a reader thinks of it, with the room of the diagram that it stands in. */
export const places = {
  Identifier: { room: "Open", meaning: "the address is the first thing missing" },
  Password: { room: "Open", meaning: "the address is in, the password is missing" },
  Captcha: { room: "Open", meaning: "address and password are in, the captcha is missing or its pass has run out" },
  Profile: { room: "Open", meaning: "only profile and consents are missing" },
  Ready: { room: "Open", meaning: "a change gave the last missing part; the next fill makes it pending" },
  "Open, past its end": { room: "Open", meaning: "half an hour without a new part, or two hours from its birth" },
  Waiting: { room: "Pending", meaning: "code and link are good" },
  Locked: { room: "Pending", meaning: "the guesses are spent: the code is dead, the link is good" },
  Lapsed: { room: "Pending", meaning: "code and link have expired" },
  Disowned: {
    room: "Pending",
    meaning: "the address said “this was not me”: every code is wrong, nothing is delivered",
  },
  "Pending, past its end": { room: "Pending", meaning: "24 hours from its first commit" },
  Activated: { room: "Activated", meaning: "the account exists" },
  Cancelled: { room: "Closed", meaning: "ended by its own ticket" },
  Taken: { room: "Closed", meaning: "whoever proved the address has an account already" },
  Expired: { room: "Closed", meaning: "seen past its end" },
} as const;

export type Place = keyof typeof places;

/** Where a world stands. */
export function placeOf({ registration, now }: World, rules: Rules): Place {
  switch (registration.state) {
    case "open": {
      if (now >= registration.expiresAt) return "Open, past its end";
      const [first] = missingSteps(registration, rules, now);
      return first === undefined ? "Ready" : pageOf[first];
    }
    case "pending": {
      const at = Math.max(now, registration.committedAt);
      if (at >= registration.expiresAt) return "Pending, past its end";
      if (registration.disowned) return "Disowned";
      if (at >= registration.challenge.expiresAt) return "Lapsed";
      return registration.challenge.guesses >= rules.guessesPerCode ? "Locked" : "Waiting";
    }
    case "activated":
      return "Activated";
    case "closed":
      return endOf[registration.reason];
  }
}

const pageOf = { identifier: "Identifier", password: "Password", captcha: "Captcha", profile: "Profile" } as const;
const endOf = { cancelled: "Cancelled", taken: "Taken", expired: "Expired" } as const;
