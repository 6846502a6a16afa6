import type { Store } from "../../src/ports.js";

/** The same store, whose every call is told: its verb, what it was given, and the milliseconds that it took. */
export function timed(
  store: Store<never>,
  told: (verb: PropertyKey, given: readonly unknown[], ms: number) => void,
): Store<never> {
  return new Proxy(store, {
    get(target, name) {
      const verb: unknown = Reflect.get(target, name);
      if (typeof verb !== "function") return verb;
      return async (...given: readonly unknown[]) => {
        const begun = performance.now();
        const answer: unknown = await Reflect.apply(verb, target, given);
        told(name, given, performance.now() - begun);
        return answer;
      };
    },
  });
}
