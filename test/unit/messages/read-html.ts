const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  zwnj: "\u200c",
  nbsp: "\u00a0",
};

/** One start tag of a document: its name and its attributes, decoded. */
export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads HTML strictly: throws where a `<`, a `>` or a quote stands that a browser would have to guess about, and where
 * elements do not nest.
 */
export function readHtml(html: string): { readonly nodes: readonly Node[]; readonly text: string } {
  const nodes: Node[] = [];
  const open: string[] = [];
  let text = "";
  const token = /<(\/?)([a-z0-9]+)((?:\s+[a-z-]+="[^"<>]*")*)>|([^<>]+)/y;
  const source = html.replace(/^<!doctype html>/, "").replace(/<style>[^<]*<\/style>/, "");
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const [, closing, name, attributes, run] = token.exec(source) ?? [];
    if (run !== undefined) text += open.includes("head") ? "" : decode(run);
    else if (name === undefined) throw new Error(`not HTML at ${at}: ${source.slice(at, at + 60)}`);
    else if (closing === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      nodes.push({ name, attributes: readAttributes(attributes ?? "") });
      if (name === "br") text += "\n";
      if (name !== "br" && name !== "meta") open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(" ")}`);
  return { nodes, text };
}

function readAttributes(source: string): Record<string, string> {
  const pairs = [...source.matchAll(/([a-z-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, decode(value)]));
}

function decode(source: string): string {
  return source.replace(/&(?:#(\d+)|([a-z]+));|&/g, (whole, code?: string, name?: string) => {
    const character = code === undefined ? named[name ?? ""] : String.fromCodePoint(Number(code));
    if (character === undefined) throw new Error(`a bare ampersand: ${whole}`);
    return character;
  });
}
