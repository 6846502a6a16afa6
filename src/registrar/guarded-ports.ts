import type { BreachCheck, Captcha, Hasher, Limiter, Store } from "../ports.js";
import { guarded, guardedNow } from "./guard.js";

// ASVS 13.1.3: every call out has a time limit; a captcha's is 3 s, a breach check's 1 s.
const storeRule = { code: "ERR_STORE", late: "ERR_STORE_TIMEOUT", seconds: 5 } as const;
// The host's own callbacks inside the transaction have their own limits, 5 s for each of the two.
const hostCallbackSeconds = 10;
const limiterRule = { code: "ERR_LIMITER", seconds: 5 } as const;
const captchaRule = { code: "ERR_CAPTCHA", seconds: 3 } as const;
// A hash waits in its own queue first, at most 2 s.
const hasherRule = { code: "ERR_HASHER", seconds: 10 } as const;
const breachRule = { code: "ERR_BREACH_CHECK", seconds: 1 } as const;

/** A store whose every verb is bounded in time and fails as `ERR_STORE`. */
export function guardedStore<Tx>(store: Store<Tx>): Store<Tx> {
  const rule = { ...storeRule, seconds: store.timeoutSeconds ?? storeRule.seconds };
  const hostCommitRule = { ...rule, seconds: rule.seconds + hostCallbackSeconds };
  const call = <T>(work: () => Promise<T>) => guarded(work, rule);
  const { ready } = store;
  return {
    find: (id) => call(() => store.find(id)),
    charge: (id, serial, kind, max) => call(() => store.charge(id, serial, kind, max)),
    commit: (change) => guarded(() => store.commit(change), change.inTransaction ? hostCommitRule : rule),
    accountByKey: (key) => call(() => store.accountByKey(key)),
    account: (id) => call(() => store.account(id)),
    setPassword: (id, to, from) => call(() => store.setPassword(id, to, from)),
    lease: (now, until, limit, lane) => call(() => store.lease(now, until, limit, lane)),
    settle: (outcomes) => call(() => store.settle(outcomes)),
    purge: (before, limit) => call(() => store.purge(before, limit)),
    erase: (key) => call(() => store.erase(key)),
    ...(ready && { ready: () => call(() => ready.call(store)) }),
  };
}

/** A limiter that is down refuses: its failure is thrown, never taken for a yes. */
export function guardedLimiter(limiter: Limiter): Limiter {
  const { purge, ready } = limiter;
  return {
    hit: (limits) => guarded(() => limiter.hit(limits), limiterRule),
    clear: (key) => guarded(() => limiter.clear(key), limiterRule),
    ...(purge && { purge: (before, limit) => guarded(() => purge.call(limiter, before, limit), limiterRule) }),
    ...(ready && { ready: () => guarded(() => ready.call(limiter), limiterRule) }),
  };
}

/** A hasher whose full queue stays ERR_OVERLOADED; any other failure is its own. */
export function guardedHasher(hasher: Hasher): Hasher {
  return {
    hash: (password) => guarded(() => hasher.hash(password), hasherRule),
    verify: (encoded, password) => guarded(() => hasher.verify(encoded, password), hasherRule),
    outdated: (encoded) => guardedNow(() => hasher.outdated(encoded), hasherRule),
  };
}

/** A captcha that is down refuses likewise. */
export function guardedCaptcha(captcha: Captcha): Captcha {
  const { challenge } = captcha;
  return {
    check: (response, about) => guarded(() => captcha.check(response, about), captchaRule),
    ...(challenge && { challenge: () => guarded(() => challenge.call(captcha), captchaRule) }),
  };
}

/** A breach check that is down leaves the decision to the local list. */
export function guardedBreachCheck(breach: BreachCheck): BreachCheck {
  return { count: (password) => guarded(() => breach.count(password), breachRule) };
}
