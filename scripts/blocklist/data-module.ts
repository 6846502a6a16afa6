import type { FuseFilterData } from "../../src/values/fuse-filter.js";

/** Line feeds are no part of base64's alphabet, and skipped by who reads it. */
const lineLength = 480;

/** The text of `src/values/blocklist-data.ts`. */
export function dataModule({ seed, segmentLength, segments, slots }: FuseFilterData): string {
  const lines = slots.match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return `import type { FuseFilterData } from "./fuse-filter.js";

/** Made by \`npm run blocklist\`, never by hand. */
export const blocklistData: FuseFilterData = {
  seed: ${seed},
  segmentLength: ${grouped(segmentLength)},
  segments: ${segments},
  slots: \`
${lines.join("\n")}
\`,
};
`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "_");
}
