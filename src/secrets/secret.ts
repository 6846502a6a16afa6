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

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return redacted;
  }
}
