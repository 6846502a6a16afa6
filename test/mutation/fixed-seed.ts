import fc from "fast-check";

/** A mutant dies each time or never. */
fc.configureGlobal({ seed: 5 });
