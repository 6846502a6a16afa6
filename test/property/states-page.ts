import { type Exploration, neverRevived, type Seen } from "./explore.js";
import { grouped } from "./grouped.js";
import { lawsOfAStep } from "./laws-of-a-step.js";
import { type Place, places } from "./places.js";
import { stateDiagram } from "./state-diagram.js";

/** Writes docs/states.md from what an exploration saw: the diagram, the whole table, and the laws that held. */
export function statesPage({ worlds, edges, seen }: Exploration): string {
  const count = (number: number) => number.toLocaleString("en");
  return `# The states of a registration

This page is drawn by the machine itself. \`test/property/exploration.test.ts\` walks every state that a registration can
reach under small rules (two guesses, three messages, two addresses, a code and a link that live two minutes) with a
clock that stands on both sides of every boundary and may jump back. It visited **${count(worlds)} states** and took
**${count(edges)} steps**; each law at the end of this page held on every one of them. The test fails when this page and
the machine disagree; \`npm run states\` draws it anew.

## Where a registration stands

The code knows four states: open, pending, activated, closed. A reader of the diagram wants to know a little more: which
page comes next, and what the secret that was sent is still good for.

${table(
  ["state", "stands for", "means"],
  listPlaces().map((place) => [place, places[place].room, places[place].meaning]),
)}

## The diagram

What leaves a registration where it stands is left out: the tables have it. An arrow from a frame holds for everything
inside. A refusal that moves it is written behind a stroke.

\`\`\`mermaid
${stateDiagram(seen)}
\`\`\`

## Every command in every state

Each cell lists every answer that was seen. An arrow says where the registration stands afterwards; without one it stays.
Details of the rows: *the right code* and *the password* are facts that the registrar has established, and paid for,
before the machine hears of them; *not looked at* is a code past the budget of its address; the *bare link* activates
only where the host chose \`activation: "anyone_with_the_link"\`, which these rules do not.

### Open

${commandTable(seen, ["Identifier", "Password", "Captcha", "Profile", "Ready"])}

### Pending

${commandTable(seen, ["Waiting", "Locked", "Lapsed", "Disowned"])}

### Past its end, and ended

Whatever happens first to a registration past its end closes it.

${commandTable(seen, ["Open, past its end", "Pending, past its end", "Activated", "Cancelled", "Taken", "Expired"])}

## What held on every step

${[...Object.keys(lawsOfAStep), neverRevived, ...Object.keys(lawsOfAWorld)].map((name) => `- ${sentence(name)}`).join("\n")}
`;
}

/** What holds of the whole walk, beside what holds of each step. */
export const lawsOfAWorld: Readonly<Record<string, (seen: readonly Seen[]) => boolean>> = {
  "every state of the table is reached": (seen) =>
    listPlaces().every((place) => place === "Identifier" || seen.some(({ to }) => to === place)),
  "every command is met in every state": (seen) => {
    const moves = new Set(seen.map(({ move }) => move));
    const met = new Set(seen.map(({ from, move }) => `${from} | ${move}`));
    return listPlaces().every((place) => [...moves].every((move) => move === "time" || met.has(`${place} | ${move}`)));
  },
  "only a good secret activates: nothing comes to Activated but from Waiting and Locked": (seen) =>
    seen.every(({ from, to }) => to !== "Activated" || from === to || from === "Waiting" || from === "Locked"),
  "what has ended stays where it is": (seen) => {
    const ends: readonly Place[] = ["Activated", "Cancelled", "Taken", "Expired"];
    return seen.every(({ from, to }) => !ends.includes(from) || from === to);
  },
  "whatever happens past its end closes it as expired": (seen) =>
    seen.every(({ from, move, to }) => !from.endsWith("past its end") || move === "time" || to === "Expired"),
};

function listPlaces(): readonly Place[] {
  const all: Place[] = [];
  for (const place in places) if (isPlace(place)) all.push(place);
  return all;
}

const isPlace = (name: string): name is Place => Object.hasOwn(places, name);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Rows of one verb whose cells agree are one row. */
function commandTable(seen: readonly Seen[], columns: readonly Place[]): string {
  const moves = [...new Set(seen.map(({ move }) => move))];
  const verbs = [...new Set(moves.map(verbOf))];
  const rows = verbs.flatMap((verb) => {
    const variants = moves.filter((move) => verbOf(move) === verb);
    const byCells = grouped(variants, (move) => columns.map((place) => cell(seen, place, move)).join("|"));
    return [...byCells.values()].map((same) => [
      same.length === variants.length ? verb : `${verb}${detailsOf(same)}`,
      ...columns.map((place) => cell(seen, place, same[0] ?? verb)),
    ]);
  });
  return table(["", ...columns], rows);
}

function detailsOf(moves: readonly string[]): string {
  const details = moves.map((move) => move.split(", ")[1]).filter((detail) => detail !== undefined);
  return details.length === 0 ? "" : `, ${details.join("; ")}`;
}

const verbOf = (move: string): string => move.split(", ")[0] ?? move;

function cell(seen: readonly Seen[], place: Place, move: string): string {
  const answers = seen
    .filter((one) => one.from === place && one.move === move)
    .filter((one) => move !== "time" || one.to !== place)
    .map(({ reply, to }) => [reply && (reply === "ok" ? reply : `\`${reply}\``), to === place ? "" : `→ ${to}`])
    .map((parts) => parts.filter((part) => part !== "").join(" "));
  return answers.length === 0 ? "–" : answers.sort(byText).join("<br>");
}

/** "ok" first, then as the alphabet has it. */
function byText(one: string, other: string): number {
  if (one.startsWith("ok") !== other.startsWith("ok")) return one.startsWith("ok") ? -1 : 1;
  return one < other ? -1 : 1;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
