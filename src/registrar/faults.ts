/** Where a registrar's wiring cannot work, it says so at start-up, with what would. */
export class Faults {
  readonly #said: string[] = [];

  unless(fits: boolean, otherwise: string): void {
    if (!fits) this.#said.push(otherwise);
  }

  /** Names that a port or option does not have: a misspelt one would be ignored in silence. */
  unknownNames(where: string, given: object | undefined, known: readonly string[]): void {
    for (const name of Object.keys(given ?? {})) {
      this.unless(known.includes(name), `${where}.${name}: there is no such option.`);
    }
  }

  /** Collects what a check of its own says by throwing. */
  during<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#said.push(error.message);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.#said.length > 0)
      throw new TypeError(`createRegistrar cannot work like this.\n  ${this.#said.join("\n  ")}`);
  }
}
