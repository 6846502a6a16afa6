import { type Client, createClient } from "porchlight/client";
import { chosenLanguage } from "./language.js";
import type { Words } from "./words.js";

/** What the server says of itself. */
export interface SiteFacts {
  readonly countries: readonly string[];
}

/** What every view works with. */
export interface Site {
  readonly client: Client;
  readonly facts: SiteFacts;
  readonly tag: string;
  readonly words: Words;
  /** Shows a view in place of the one that is there, and moves the focus to its heading. */
  show(...children: readonly (Node | string | false)[]): void;
  /** Goes to another of the site's pages. */
  go(path: string): void;
}

export const client: Client = createClient({ locale: () => chosenLanguage().tag });

export async function readFacts(): Promise<SiteFacts> {
  const facts: SiteFacts = await (await fetch("/site.json")).json();
  return facts;
}

export interface Session {
  readonly account: { readonly address: string; readonly since: number } | null;
}

export async function readSession(): Promise<Session> {
  const session: Session = await (await fetch("/session")).json();
  return session;
}

export async function endSession(): Promise<void> {
  await fetch("/session/end", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
}
