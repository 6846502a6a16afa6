/** A client each of whose statements is counted. */
export interface Counted<Client> {
  readonly client: Client;
  count(): number;
}

/** Each is one round trip: a statement, or what begins or ends a transaction where the client has a method for it. */
const roundTrips: ReadonlySet<PropertyKey> = new Set([
  "query",
  "execute",
  "executeMultiple",
  "batch",
  "beginTransaction",
  "commit",
  "rollback",
]);

/** Counts the statements of a pool or an embedded database, and of the connections and transactions that it hands out. */
export function counted<Client extends object>(client: Client): Counted<Client> {
  let count = 0;

  function watched<Handle extends object>(handle: Handle): Handle {
    return new Proxy(handle, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given: readonly unknown[]): unknown => {
          if (roundTrips.has(name)) count += 1;
          if (name !== "transaction") return handedOut(Reflect.apply(member, target, given));
          const [work] = given;
          // libSQL begins here and is told when to end; PGlite begins and ends round a callback.
          count += typeof work === "function" ? 2 : 1;
          const watching = typeof work === "function" ? [(tx: object) => work(watched(tx))] : given;
          return handedOut(Reflect.apply(member, target, watching));
        };
      },
    });
  }

  function handedOut(answer: unknown): unknown {
    return answer instanceof Promise ? answer.then((value) => (isHandle(value) ? watched(value) : value)) : answer;
  }

  return { client: watched(client), count: () => count };
}

function isHandle(value: unknown): value is object {
  const asks = (name: string) => typeof value === "object" && value !== null && Reflect.has(value, name);
  return asks("query") || asks("execute");
}
