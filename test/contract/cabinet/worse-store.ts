import type { Store } from "../../../src/ports.js";
import { memoryStore } from "../../../src/store/memory.js";

/** A good store, with some of its verbs replaced by worse ones. */
export function worse(defect: (good: Store<undefined>) => Partial<Store<undefined>>): () => Store<undefined> {
  return () => {
    const good = memoryStore();
    return { ...good, ...defect(good) };
  };
}
