import { type BetterAuthOptions, betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import { type Contender, type Ground, Letterbox, password } from "./contender.js";
import { rawHash } from "./hashes.js";

const origin = "https://app.example";

/** better-auth with e-mail and password, and nobody in before the mail is verified; called directly or by its handler. */
export async function openBetterAuth(ground: Ground, by: "direct" | "http"): Promise<Contender> {
  const box = new Letterbox();
  const options = {
    database: databaseOf(ground),
    secret: "a secret of the benchmark, long enough for everybody",
    baseURL: origin,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      password: await passwordOf(ground),
    },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: false,
      sendVerificationEmail: async ({ user, token }) => box.deliver(user.email, token),
    },
  } satisfies BetterAuthOptions;
  if (ground.storage !== "memory") await (await getMigrations(options)).runMigrations();
  const auth = betterAuth(options);
  const person = (email: string) => ({ email, password, name: "Somebody" });

  if (by === "direct") {
    const start = async (email: string) => {
      await auth.api.signUpEmail({ body: person(email) });
      return "started" as const;
    };
    return {
      start,
      async signUp(email) {
        const comes = box.expect(email);
        await start(email);
        const verified = await auth.api.verifyEmail({ query: { token: await comes } });
        if (verified?.status !== true) throw new Error(`${email} was not verified.`);
      },
      async signIn(email) {
        const { token } = await auth.api.signInEmail({ body: { email, password } });
        if (!token) throw new Error(`${email} was not signed in.`);
      },
      ...nothingLeft,
    };
  }

  const headers = { "Content-Type": "application/json", Origin: origin, "Sec-Fetch-Site": "same-origin" };
  const ask = async (request: Request) => {
    const response = await auth.handler(request);
    if (!response.ok) throw new Error(`${request.url}: ${response.status} ${await response.text()}`);
    await response.json();
  };
  const post = (path: string, body: object) =>
    ask(new Request(`${origin}/api/auth/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
  const start = async (email: string) => {
    await post("sign-up/email", person(email));
    return "started" as const;
  };
  return {
    start,
    async signUp(email) {
      const comes = box.expect(email);
      await start(email);
      await ask(new Request(`${origin}/api/auth/verify-email?token=${await comes}`, { headers }));
    },
    signIn: (email) => post("sign-in/email", { email, password }),
    ...nothingLeft,
  };
}

const nothingLeft = { settle: async () => {}, close: async () => {} };

function databaseOf({ storage, database }: Ground): NonNullable<BetterAuthOptions["database"]> {
  if (storage === "memory") return memoryAdapter({ user: [], session: [], account: [], verification: [] });
  // That of `node:sqlite`, of which the types of Node 20 know nothing.
  return (database.sqlite ?? database.pool) as NonNullable<BetterAuthOptions["database"]>;
}

async function passwordOf({ hash: name, argon2 }: Ground) {
  const { hash, verify } = await rawHash(name, argon2);
  return { hash, verify: (asked: { hash: string; password: string }) => verify(asked.hash, asked.password) };
}
