const redacted = "[redacted]";

/**
 * Holds a value that nothing prints: not a template, not JSON, not a console, not an error.
 *
 * Only {@link Secret.reveal} gives it away, which a reviewer can search for.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}

// What `console.log` and `util.inspect` of Node call; other platforms know nothing to print of a private field.
Object.defineProperty(Secret.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => redacted });
