/**
 * The longest that an entry of the outbox is ever put off, in milliseconds: an hour, as long as any answer of a provider
 * is waited for, and a minute in which what waited together comes back one after the other.
 *
 * What is due later was put off by a clock that has been set back since.
 */
export const longestWaitMs: number = 61 * 60 * 1_000;
