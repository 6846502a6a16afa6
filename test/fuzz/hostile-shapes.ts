/** A value that is no text, with a name that a report may print: printing the value itself could throw. */
export interface HostileShape {
  readonly name: string;
  make(): unknown;
}

/** Arrays or objects, one in the other. */
const deepest = 10_000;

function nested(wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "core";
  for (let depth = 0; depth < deepest; depth += 1) value = wrap(value);
  return value;
}

const deepArray = nested((inner) => [inner]);
const deepObject = nested((inner) => ({ inner }));

const deepJson: unknown = JSON.parse("[".repeat(2_000) + "]".repeat(2_000));
const manyMembers = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n]));
const holes: readonly unknown[] = new Array(1_000_000);

/** Somebody who awaits it waits for ever. */
function thenable(): object {
  const value = {};
  Reflect.set(value, "then", () => undefined);
  return value;
}
const refuse = (): never => {
  throw new Error("a trap");
};

const circle = (): object => {
  const self: { name: string; self?: unknown } = { name: "Ada" };
  self.self = self;
  return self;
};

/** What JSON can say: it reaches every verb over HTTP too. */
export const jsonShapes: readonly HostileShape[] = [
  { name: "nought", make: () => 0 },
  { name: "minus one", make: () => -1 },
  { name: "a large number", make: () => 1e308 },
  { name: "true", make: () => true },
  { name: "false", make: () => false },
  { name: "an empty list", make: () => [] },
  { name: "a list of a text", make: () => ["ada@example.com"] },
  { name: "a list of two texts", make: () => ["ada@example.com", "eve@example.com"] },
  { name: "a list of nothing", make: () => [null] },
  { name: "an empty object", make: () => ({}) },
  { name: "$ne", make: () => ({ $ne: null }) },
  { name: "$gt", make: () => ({ $gt: "" }) },
  { name: "$regex", make: () => ({ $regex: ".*" }) },
  { name: "a list of $ne", make: () => [{ $ne: null }] },
  { name: "a length without a list", make: () => ({ length: 1, 0: "ada@example.com" }) },
  { name: "a toString that is a text", make: () => ({ toString: "ada@example.com" }) },
  { name: "an own __proto__", make: () => JSON.parse('{"__proto__":{"polluted":true}}') },
  { name: "a __proto__ in a name", make: () => JSON.parse('{"name":{"__proto__":{"polluted":true}}}') },
  { name: "a constructor's prototype", make: () => ({ constructor: { prototype: { polluted: true } } }) },
  { name: "a buffer as JSON", make: () => ({ type: "Buffer", data: [97] }) },
  { name: "a toJSON that is data", make: () => ({ toJSON: "ada" }) },
  { name: "a then that is data", make: () => JSON.parse('{"then":"ada"}') },
  { name: "many members", make: () => manyMembers },
  { name: "a list 2,000 deep", make: () => deepJson },
];

/** What only a caller in the same process can hand over. */
export const liveShapes: readonly HostileShape[] = [
  { name: "a list 10,000 deep", make: () => deepArray },
  { name: "an object 10,000 deep", make: () => deepObject },
  { name: "an object that holds itself", make: circle },
  { name: "no number", make: () => Number.NaN },
  { name: "minus nought", make: () => -0 },
  { name: "a big integer", make: () => 10n ** 40n },
  { name: "a symbol", make: () => Symbol("ada") },
  { name: "a function", make: () => () => "ada@example.com" },
  { name: "a class", make: () => class Ada {} },
  { name: "a date", make: () => new Date(0) },
  { name: "a date that is none", make: () => new Date(Number.NaN) },
  { name: "a boxed text", make: () => Object("ada@example.com") },
  { name: "a boxed number", make: () => Object(1) },
  { name: "bytes", make: () => new Uint8Array([97, 100, 97]) },
  { name: "a map", make: () => new Map([["email", "ada@example.com"]]) },
  { name: "a set", make: () => new Set(["ada@example.com"]) },
  { name: "a promise", make: () => Promise.resolve("ada@example.com") },
  { name: "a regular expression", make: () => /.*/ },
  { name: "an error", make: () => new Error("ada@example.com") },
  { name: "a form", make: () => new URLSearchParams("email=ada%40example.com") },
  { name: "a list with holes", make: () => holes },
  { name: "an object without a prototype", make: () => Object.create(null) },
  {
    name: "an object of its own class",
    make: () =>
      new (class Fields {
        email = "ada@example.com";
      })(),
  },
  { name: "an inherited address", make: () => Object.create({ email: "ada@example.com" }) },
  { name: "a throwing getter", make: () => Object.defineProperty({}, "name", { enumerable: true, get: refuse }) },
  { name: "a getter that counts up", make: () => counting() },
  { name: "a throwing toJSON", make: () => ({ name: "Ada", toJSON: refuse }) },
  { name: "a throwing toString", make: () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse }) },
  { name: "a thenable that never answers", make: thenable },
  { name: "a proxy of an object", make: () => new Proxy({}, {}) },
  { name: "a proxy whose names throw", make: () => new Proxy({}, { ownKeys: refuse }) },
  { name: "a proxy whose members throw", make: () => new Proxy({ name: "Ada" }, { get: refuse }) },
  { name: "a proxy without a prototype to show", make: () => new Proxy({}, { getPrototypeOf: refuse }) },
  { name: "a proxy of a text", make: () => new Proxy(Object("ada@example.com"), {}) },
  { name: "a revoked proxy", make: () => revoked() },
];

/** Small when it is measured, large when it is kept. */
function counting(): object {
  let asked = 0;
  return Object.defineProperty({}, "name", {
    enumerable: true,
    get: () => {
      asked += 1;
      return asked === 1 ? "Ada" : "Ada ".repeat(asked * 1_000);
    },
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
