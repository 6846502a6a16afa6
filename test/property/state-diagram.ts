import type { Seen } from "./explore.js";
import { grouped } from "./grouped.js";
import { type Place, places } from "./places.js";

/** What stands in one frame of the diagram. The two ends of time are drawn as arrows, not as boxes. */
const frames = {
  Open: ["Identifier", "Password", "Captcha", "Profile", "Ready"],
  Pending: ["Waiting", "Locked", "Lapsed", "Disowned"],
} as const satisfies Readonly<Record<string, readonly Place[]>>;

/** How each frame is entered. */
const firstOf = { Open: "Identifier", Pending: "Waiting" } as const;

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The machine as a Mermaid `stateDiagram-v2`: only what moves, and what a whole frame shares drawn once. */
export function stateDiagram(seen: readonly Seen[]): string {
  const moving = seen.filter(({ from, to }) => from !== to && !isPastEnd(to));
  const labelled = moving.map(({ from, to, move, reply }) => ({
    from,
    to,
    label: label(seen, moving, { from, to, move, reply }),
  }));
  const arrows = merged(shared(distinct(labelled.map(framed))));
  const inside = (frame: keyof typeof frames) => arrows.filter(({ from, to }) => isIn(frame, from) && isIn(frame, to));
  const outside = arrows.filter((arrow) => !inside("Open").includes(arrow) && !inside("Pending").includes(arrow));
  return [
    "stateDiagram-v2",
    ...(["Open", "Pending"] as const).flatMap((frame) => [
      `  state ${frame} {`,
      `    [*] --> ${firstOf[frame]}`,
      ...inside(frame).map((arrow) => `    ${drawn(arrow)}`),
      "  }",
    ]),
    ...(["Cancelled", "Taken", "Expired"] as const).map((end) => `  state "Closed, ${end.toLowerCase()}" as ${end}`),
    "  [*] --> Open",
    ...outside.map((arrow) => `  ${drawn(arrow)}`),
  ].join("\n");
}

/** The verb alone where all of its kinds go the same way. */
function label(seen: readonly Seen[], moving: readonly Seen[], { from, to, move, reply }: Seen): string {
  if (isPastEnd(from)) return "whatever happens, past its end";
  const verb = move.split(", ")[0] ?? move;
  const kinds = new Set(seen.map((one) => one.move).filter((one) => one === verb || one.startsWith(`${verb}, `)));
  const going = moving.filter((one) => one.from === from && one.to === to && kinds.has(one.move));
  const isWhole = going.some((one) => one.move === verb) || new Set(going.map((one) => one.move)).size === kinds.size;
  return `${isWhole ? verb : move}${reply === "ok" || reply === "" ? "" : ` / ${reply}`}`;
}

/** Arrows that cross into a frame end at the frame; those that leave a registration past its end begin there. */
function framed({ from, to, label }: { readonly from: Place; readonly to: Place; readonly label: string }): Arrow {
  if (isPastEnd(from)) return { from: places[from].room, to, label };
  return { from, to: places[from].room === "Open" && to === "Waiting" ? "Pending" : to, label };
}

/** What leads out of every box of a frame, by the same name to the same end, leads out of the frame. */
function shared(arrows: readonly Arrow[]): readonly Arrow[] {
  const isShared = (frame: keyof typeof frames, { to, label }: Arrow) =>
    !isIn(frame, to) &&
    frames[frame].every((box) => arrows.some((one) => one.from === box && one.to === to && one.label === label));
  return distinct(
    arrows.map((arrow) => {
      for (const frame of ["Open", "Pending"] as const) {
        if (isIn(frame, arrow.from) && isShared(frame, arrow)) return { ...arrow, from: frame };
      }
      return arrow;
    }),
  );
}

function merged(arrows: readonly Arrow[]): readonly Arrow[] {
  const byEnds = grouped(arrows, ({ from, to }) => `${from} --> ${to}`);
  return [...byEnds.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, label: same.map(({ label }) => label).join("<br/>") }];
  });
}

function distinct(arrows: readonly Arrow[]): readonly Arrow[] {
  return [...new Map(arrows.map((arrow) => [drawn(arrow), arrow])).values()];
}

const drawn = ({ from, to, label }: Arrow): string => `${from} --> ${to} : ${label}`;
const isPastEnd = (place: string): boolean => place.endsWith("past its end");
const isIn = (frame: keyof typeof frames, box: string): boolean => frames[frame].some((one) => one === box);
