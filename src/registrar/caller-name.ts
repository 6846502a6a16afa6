/**
 * The name under which a caller is counted: an IPv4 address, or the /64 of an IPv6 address, since one household or
 * server holds a whole /64. An IPv4 address inside IPv6 counts as itself. Callers without a readable address share one
 * name: unknown is not unlimited.
 */
export function callerName(ip: string | undefined): string {
  if (ip === undefined || ip.length > 64) return unknown;
  const [zoneless = ""] = ip.trim().split("%");
  const plain = zoneless.replace(/^\[(.*)\]$/, "$1");
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) return plain;
  if (!plain.includes(":")) return unknown;
  const groups = ipv6Groups(plain);
  if (groups === undefined) return unknown;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return dotted(groups[6] ?? 0, groups[7] ?? 0);
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

const unknown = "unknown";

/** The eight groups; the platform's own parser reads every spelling. */
function ipv6Groups(ip: string): readonly number[] | undefined {
  const url = `http://[${ip}]`;
  if (!URL.canParse(url)) return undefined;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
