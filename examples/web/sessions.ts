// The host's own sessions: Porchlight starts none. A real host keeps them in its database.

const name = "__Host-session";
const lifeSeconds = 12 * 60 * 60;

export interface Sessions {
  /** A `Set-Cookie` that begins one. */
  begin(accountId: string): { readonly "Set-Cookie": string };
  accountOf(request: Request): string | undefined;
  /** A `Set-Cookie` that ends it. */
  end(request: Request): { readonly "Set-Cookie": string };
}

export function memorySessions(now: () => number): Sessions {
  const kept = new Map<string, { readonly accountId: string; readonly until: number }>();
  const idOf = (request: Request): string =>
    new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(request.headers.get("cookie") ?? "")?.[1] ?? "";
  const cookie = (id: string, seconds: number) => ({
    "Set-Cookie": `${name}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`,
  });
  return {
    begin(accountId) {
      const id = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url");
      kept.set(id, { accountId, until: now() + lifeSeconds * 1_000 });
      return cookie(id, lifeSeconds);
    },
    accountOf(request) {
      const session = kept.get(idOf(request));
      return session !== undefined && now() < session.until ? session.accountId : undefined;
    },
    end(request) {
      kept.delete(idOf(request));
      return cookie("", 0);
    },
  };
}
