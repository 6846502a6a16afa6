import type { Flaw } from "./two-worlds.js";

/** Leaks of every kind that a registrar could have; each is in one of both worlds only, and must be found. */
export const plantedFlaws: Readonly<Record<string, Flaw>> = {
  "one more read of a registration": {
    around: async ({ verb }, go) => {
      if (verb === "find") await go();
      return go();
    },
  },
  "one more hit of the limiter": {
    around: async ({ port }, go) => {
      if (port === "limiter") await go();
      return go();
    },
  },
  "one more verification at sign-in": {
    around: async ({ verb }, go) => {
      if (verb === "verify") await go();
      return go();
    },
  },
  "a hash that is not made": {
    around: async ({ verb }, go) => (verb === "hash" ? `$free$${"0".repeat(32)}$${"0".repeat(64)}` : go()),
  },
  "a captcha that is never right": {
    around: async ({ verb }, go) => (verb === "check" ? { passed: false } : go()),
  },
  "a taken address that is sent nothing": {
    around: async ({ verb }, go) => (verb === "send" ? undefined : go()),
  },
  "a taken address that is sent two": {
    around: async ({ verb }, go) => {
      if (verb === "send") await go();
      return go();
    },
  },
  "a budget that a taken address does not spend": {
    around: async ({ port, given }, go) => {
      const [limits] = given;
      const sends = port === "limiter" && JSON.stringify(limits)?.includes("sends-hour");
      return sends ? { allowed: true, retryAfterSeconds: 0 } : go();
    },
  },
  "a guess at a taken address that is not paid for": {
    around: async ({ verb, given: [id, serial, kind] }, go) => {
      if (verb !== "charge") return go();
      const answer = await go();
      return typeof answer === "object" && typeof id === "string" && serial !== undefined && kind === "code"
        ? { ...answer, paid: false }
        : answer;
    },
  },
  "a ticket that is shorter": {
    says: ({ shown, ticket }) => ({
      shown: shown.replace(/\\?"(\d+)\\?"/, (size) => size.replace(/\d+/, "7")),
      ticket,
    }),
  },
  "a ticket that is sealed anew where nothing changed": {
    says: (heard, { verb }) => (verb === "status" ? { ...heard, shown: `${heard.shown} ` } : heard),
  },
  "a header more": {
    says: (heard) => ({ ...heard, shown: heard.shown.replace("cache-control", "x-known: 1\ncache-control") }),
  },
  "another status": {
    says: (heard) => ({ ...heard, shown: heard.shown.replace(/^200/, "409") }),
  },
  "a wait that is a second longer": {
    says: (heard) => ({
      ...heard,
      shown: heard.shown.replace(/("resendAt":)(\d+)/, (_, name: string, at: string) => `${name}${Number(at) + 1_000}`),
    }),
  },
};

/** What no comparison of two worlds shows, for it is asked in both: whether somebody has the address. */
export const questions: Readonly<Record<string, Flaw>> = {
  "start that reads the account of its address": {
    around: async ({ verb }, go, ask) => {
      if (verb === "check") await ask("store", "accountByKey", ["ada@example.com"], undefined);
      return go();
    },
  },
  "a wrong code for which the host is asked who has the address": {
    around: async ({ verb }, go, ask) => {
      if (verb === "charge") await ask("host", "owner", "ada@example.com", null);
      return go();
    },
  },
};
