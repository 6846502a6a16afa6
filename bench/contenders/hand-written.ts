import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Contender, type Ground, password as typed } from "./contender.js";
import { openRows } from "./hand-written-rows.js";
import { rawHash } from "./hashes.js";

const Form = z.object({ email: z.email().max(254), password: z.string().min(15).max(256) });
const secret = "a secret of the benchmark, long enough for everybody";
const hour = 3_600_000;

/**
 * The least that a careful engineer would write: the form checked, the password hashed outside of any transaction, one
 * statement for two rows, a signed token, one update. No outbox, no budgets, and whoever is first has the address.
 */
export async function openHandWritten(ground: Ground): Promise<Contender> {
  const rows = await openRows(ground);
  const { hash, verify } = await rawHash(ground.hash, ground.argon2);

  async function signUpForm(form: unknown, send: (token: string) => Promise<void>): Promise<void> {
    const { email, password } = Form.parse(form);
    const encoded = await hash(password);
    const id = randomUUID();
    if (await rows.insert({ id, email: email.toLowerCase(), encoded })) await send(sign("verify", id, 24 * hour));
  }

  async function openLink(token: string): Promise<void> {
    if (!(await rows.activate(read("verify", token)))) throw new Error("The link is of no use.");
  }

  async function signInForm(form: unknown): Promise<string> {
    const { email, password } = Form.parse(form);
    const person = await rows.find(email.toLowerCase());
    if (!person?.verified || !(await verify(person.encoded, password))) throw new Error("Wrong address or password.");
    return sign("session", person.id, hour);
  }

  return {
    async start(email) {
      await signUpForm({ email, password: typed }, async () => {});
      return "started";
    },
    async signUp(email) {
      let token = "";
      await signUpForm({ email, password: typed }, async (sent) => {
        token = sent;
      });
      await openLink(token);
    },
    async signIn(email) {
      await signInForm({ email, password: typed });
    },
    settle: async () => {},
    close: async () => {},
  };
}

const mac = (text: string): Buffer => createHmac("sha256", secret).update(text).digest();

function sign(purpose: string, id: string, ms: number): string {
  const claims = `${purpose}.${id}.${Date.now() + ms}`;
  return `${claims}.${mac(claims).toString("base64url")}`;
}

function read(purpose: string, token: string): string {
  const [named, id = "", until, seal = ""] = token.split(".");
  const wanted = mac(`${named}.${id}.${until}`);
  const given = Buffer.from(seal, "base64url");
  const genuine = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!genuine || named !== purpose || Number(until) < Date.now()) throw new Error("The link is of no use.");
  return id;
}
