// Porchlight in Next: this file is `app/registration/[verb]/route.ts`, which Next calls with Web requests.

import type { HandlerOptions, Served } from "porchlight/http";
import { createHandler } from "porchlight/http";

/** What the route exports: `export const { GET, POST } = nextRoute(registrar, "https://app.example", session)`. */
export function nextRoute(
  registrar: Served,
  origin: string,
  session: HandlerOptions["session"],
): Readonly<Record<"GET" | "POST", (request: Request) => Promise<Response>>> {
  const handle = createHandler(registrar, {
    // Next tells nobody the connection's address: this is the header of a proxy that overwrites it, such as Vercel's.
    caller: ({ headers }) => ({ ip: headers.get("x-real-ip") ?? undefined }),
    origin,
    session,
  });
  return { GET: handle, POST: handle };
}
