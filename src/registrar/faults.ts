/** Where a registrar's wiring cannot work, it says so at start-up, with what would. */
export class Faults {
  readonly #said: string[] = [];

  unless(fits: boolean, otherwise: string): void {
    if (!fits) this.#said.push(otherwise);
  }

  throwIfAny(): void {
    if (this.#said.length > 0)
      throw new TypeError(`createRegistrar cannot work like this.\n  ${this.#said.join("\n  ")}`);
  }
}
