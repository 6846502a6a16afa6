import { inspect } from "node:util";
import { PorchlightError } from "../../src/errors.js";

/** A way to fail that tells what the port was given, and all that its author knew besides. */
export interface Failure {
  readonly how: string;
  readonly of: (quoted: string) => unknown;
  /** Thrown at once, where others reject. */
  readonly sync?: true;
}

export const failures: readonly Failure[] = [
  { how: "an error that quotes it in message and stack", of: (quoted) => new Error(`could not take ${quoted}`) },
  {
    how: "an error whose causes quote it",
    of: (quoted) => new Error("outer", { cause: new Error(quoted, { cause: { sql: quoted, cause: quoted } }) }),
  },
  {
    how: "an AggregateError full of them",
    of: (quoted) =>
      new AggregateError([new Error(quoted), quoted, new AggregateError([new Error(quoted)], quoted)], quoted),
  },
  {
    how: "a driver's error with everything attached",
    of: (quoted) =>
      Object.assign(new Error(quoted), {
        code: "23505",
        errno: 1062,
        sqlState: "23000",
        sql: quoted,
        detail: `Key (key)=(${quoted}) already exists.`,
        parameters: [quoted],
        response: { status: 500, body: quoted },
        config: { headers: { authorization: quoted } },
        [Symbol("kResponse")]: quoted,
      }),
  },
  {
    how: "an error that is named, coded and numbered by it",
    of: (quoted) => {
      const digits = /\d{6,}/.exec(quoted)?.[0] ?? "";
      const error = Object.assign(new Error(""), { code: digits, errno: Number(digits), status: Number(digits) });
      error.name = quoted;
      error.stack = quoted;
      return error;
    },
  },
  { how: "a text", of: (quoted) => quoted },
  { how: "an object with hostile members", of: hostile },
  {
    how: "our own error with everything attached",
    of: (quoted) => Object.assign(new PorchlightError("ERR_UNDELIVERABLE", { cause: new Error(quoted) }), { quoted }),
  },
  {
    how: "our own error, whose words were changed",
    of: (quoted) => {
      const error = new PorchlightError("ERR_OVERLOADED");
      error.message = quoted;
      error.stack = quoted;
      Object.defineProperty(error, "cause", { value: new Error(quoted) });
      return error;
    },
  },
  { how: "an error, before it gives a promise", of: (quoted) => new TypeError(quoted), sync: true },
];

/** Each look at it throws what it must not tell; what prints it prints that. */
function hostile(quoted: string): object {
  const throws = () => {
    throw new Error(quoted);
  };
  return Object.create(null, {
    name: { get: throws, enumerable: true },
    code: { get: throws, enumerable: true },
    cause: { get: throws, enumerable: true },
    toJSON: { value: () => quoted },
    toString: { value: () => quoted },
    [inspect.custom]: { value: () => quoted },
  });
}
