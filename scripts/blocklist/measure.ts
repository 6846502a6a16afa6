import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { isBlocklisted } from "../../src/values/blocklist.js";
import { blocklistData } from "../../src/values/blocklist-data.js";
import { isCommonPassword } from "../../src/values/common-password.js";
import { fuseFilter } from "../../src/values/fuse-filter.js";
import { bloomFilter } from "./bloom.js";
import { allOf, type Entries, readEntries } from "./entries.js";
import { randomTexts } from "./random-texts.js";

/** A million passwords that nobody chose; the same ones each time. */
const strangers = 1_000_000;

/** Says of the committed filter what `docs/passwords.md` tells: what is in it, how large it is, how often it errs, how long it takes. */
export function measure(): string {
  const entries = readEntries();
  const all = allOf(entries);
  const missed = all.filter((entry) => !isBlocklisted(entry)).length;
  const { bytes, compressed } = shippedSize();
  return [
    ...kinds(entries),
    `not found: ${missed} of ${all.length}`,
    `size as shipped: ${bytes} bytes, ${compressed} with gzip`,
    `false positives: ${falsePositives(isBlocklisted)} of ${strangers} random passwords of 15 to 40 characters`,
    ...times("isBlocklisted, 15 to 40 characters", isBlocklisted, [...randomTexts(20_000)]),
    ...times("isBlocklisted, 256 emoji", isBlocklisted, Array(2_000).fill("🐢🔑".repeat(128))),
    ...times("isBlocklisted, a 128-fold repetition", isBlocklisted, Array(2_000).fill("monkey12".repeat(128))),
    ...alternatives(all),
  ].join("\n");
}

/** The module as TypeScript emits it into `dist`. */
export function shippedSize(): { readonly bytes: number; readonly compressed: number } {
  const source = readFileSync(new URL("../../src/values/blocklist-data.ts", import.meta.url), "utf8");
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  return { bytes: Buffer.byteLength(outputText), compressed: gzipSync(outputText).length };
}

/** How many of a million strangers are taken for an entry. */
export function falsePositives(isKnown: (text: string) => boolean): number {
  let taken = 0;
  for (const text of randomTexts(strangers)) if (isKnown(text)) taken += 1;
  return taken;
}

/** The time of each call in microseconds, sorted; the clock's own 50 ns or so are in it. */
export function timesOf(look: (text: string) => boolean, texts: readonly string[]): readonly number[] {
  for (const text of texts) look(text);
  const taken = texts.map((text) => {
    const start = process.hrtime.bigint();
    look(text);
    return Number(process.hrtime.bigint() - start) / 1_000;
  });
  return taken.sort((a, b) => a - b);
}

function times(name: string, look: (text: string) => boolean, texts: readonly string[]): readonly string[] {
  const sorted = timesOf(look, texts);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  return [`${name}: median ${at(0.5)} µs, p99 ${at(0.99)} µs, slowest ${at(1)} µs`];
}

function kinds({ long, medium, short, units }: Entries): readonly string[] {
  const line = (name: string, entries: readonly string[]) =>
    `${name}: ${entries.length}, of which ${entries.filter(isCommonPassword).length} are refused by their shape as well`;
  return [
    line("15 and more code points", long),
    line("8 to 14 code points", medium),
    line("5 to 7 code points", short),
    `derived, being what an entry repeats: ${units.length}`,
  ];
}

/** What else was thought of, for the same entries. */
function alternatives(all: readonly string[]): readonly string[] {
  const base64 = (bits: number) => Math.ceil(bits / 6);
  const slots = blocklistData.segmentLength * (blocklistData.segments + 2);
  const bloom = bloomFilter(all, { bitsPerEntry: 20, functions: 14 });
  const ownTime = timesOf(fuseFilter(blocklistData), all.slice(0, 20_000));
  const bloomTime = timesOf(bloom, all.slice(0, 20_000));
  const middle = (sorted: readonly number[]) => (sorted[sorted.length >> 1] ?? 0).toFixed(2);
  return [
    "the same entries otherwise (bytes of base64; false positives in a million; median of a look-up that finds):",
    `  binary fuse, 16 bits: ${base64(slots * 16)}; ${falsePositives(fuseFilter(blocklistData))}; ${middle(ownTime)} µs`,
    `  binary fuse, 14 bits: ${base64(slots * 14)}; 61 expected`,
    `  Bloom, 20 bits an entry, 14 functions: ${base64(all.length * 20)}; ${falsePositives(bloom)}; ${middle(bloomTime)} µs`,
    `  32-bit hashes, sorted: ${base64(all.length * 32)}; ${Math.round((all.length / 2 ** 32) * 1e6)} expected`,
    `  the words themselves: ${all.join("\n").length}, ${gzipSync(all.join("\n"), { level: 9 }).length} with gzip; none`,
  ];
}
