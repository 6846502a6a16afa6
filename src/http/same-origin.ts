import { RequestError } from "./read-body.js";

/**
 * Refuses what another site sent, so that nobody plants a ticket in a visitor's browser or spends one.
 *
 * Browsers say it in `Sec-Fetch-Site`, older ones and those without TLS in `Origin`, on every POST. Who says neither is
 * no browser: refused where the ticket lives in a cookie, let in where it comes in the body.
 */
export function requireSameOrigin(request: Request, origin: string, ticket: "cookie" | "body"): void {
  const site = request.headers.get("sec-fetch-site");
  const from = request.headers.get("origin");
  if (site !== null ? site === "same-origin" : from !== null ? from === origin : ticket === "body") return;
  throw new RequestError("cross_site");
}
