/** Only the site itself can set it: no subdomain, no plain HTTP (RFC 6265bis, section 4.1.3.2). */
const name = "__Host-porchlight";
const attributes = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** The ticket that a browser sends; undefined where it sends none, and nobody's where it sends more than one. */
export function readTicketCookie(header: string | null): string | undefined {
  if (!header?.includes(name)) return undefined;
  const values = header.split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  return values.length > 1 ? "" : values[0];
}

/** Keeps a ticket in the browser for so long, across restarts: a link is often opened the next day. */
export function ticketCookie(ticket: string, seconds: number): string {
  return `${name}=${ticket}; ${attributes}; Max-Age=${Math.max(0, Math.ceil(seconds))}`;
}
