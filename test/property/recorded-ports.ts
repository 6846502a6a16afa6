/** One call of a port: which, and the shape and size of what it was given, never the values. */
export interface Call {
  readonly port: string;
  readonly verb: string;
  readonly shape: string;
  /** What it was given, for those who compare values too. */
  readonly given?: readonly unknown[];
}

/** What happens around each call of a port. */
export type Around = (
  call: { readonly port: string; readonly verb: string; readonly given: readonly unknown[] },
  go: () => unknown,
) => unknown;

/** A port whose every verb goes through `around`. */
export function wrapped<T extends object>(port: string, target: T, around: Around): T {
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name);
      if (typeof member !== "function") return member;
      return (...given: readonly unknown[]) =>
        around({ port, verb: String(name), given }, () => Reflect.apply(member, inner, given));
    },
  });
}

/** A port whose every call is noted before it is made. */
export function recorded<T extends object>(port: string, target: T, note: (call: Call) => void): T {
  return wrapped(port, target, ({ verb, given }, go) => {
    note({ port, verb, shape: shapeOf(given), given });
    return go();
  });
}

/** Structure, and the bytes of each text; numbers and booleans count as fixed columns do. */
export function shapeOf(value: unknown): string {
  if (typeof value === "string") return `"${Buffer.byteLength(value)}"`;
  if (value instanceof Uint8Array) return `bytes ${value.length}`;
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return `{${Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => `${name}:${shapeOf(part)}`)
    .join()}}`;
}
