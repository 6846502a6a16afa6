export type NodeCrypto = typeof import("node:crypto");

/** `node:crypto` where the platform has it without an import: undefined in browsers, and in Node before 20.16. */
export const nodeCrypto: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.("node:crypto");
