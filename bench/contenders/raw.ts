import type { Contender, Ground } from "./contender.js";
import { password } from "./contender.js";
import { rawHash } from "./hashes.js";

/** Argon2 alone: one hash for a sign-up, one verification for a sign-in; nothing is kept. */
export async function openRaw({ hash: name, argon2 }: Ground): Promise<Contender> {
  const { hash, verify } = await rawHash(name, argon2);
  const encoded = await hash(password);
  return {
    async start() {
      await hash(password);
      return "started";
    },
    async signUp() {
      await hash(password);
    },
    async signIn() {
      if (!(await verify(encoded, password))) throw new Error("A right password was refused.");
    },
    settle: async () => {},
    close: async () => {},
  };
}
