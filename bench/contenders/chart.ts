import type { HashName, Storage } from "./contender.js";
import type { Figure } from "./figures.js";
import type { Name } from "./task.js";

const atOnce = 8;
const columns: Readonly<Partial<Record<HashName, string>>> = {
  none: "without a hash",
  owasp: "with Argon2id, OWASP floor",
};
const rows: Readonly<Partial<Record<Storage, string>>> = {
  memory: "memory",
  sqlite: "SQLite",
  "postgres-32": "PostgreSQL",
};
const bars: Readonly<Partial<Record<Name, string>>> = {
  "hand-written": "hand-written",
  porchlight: "Porchlight",
  "better-auth": "better-auth",
};

const [width, panelWidth, panelHeight, barHeight] = [900, 420, 120, 20];
const labelWidth = 96;
const valueWidth = 130;

/** Complete sign-ups in a second, eight at once: a panel for each store and hash, each with a scale of its own. */
export function chart(figures: readonly Figure[]): string {
  const shown = figures.filter(
    ({ work, argon2, ...figure }) => work === "sign-up" && argon2 === "argon2" && figure.atOnce === atOnce,
  );
  const panels = Object.keys(rows).flatMap((storage, row) =>
    Object.keys(columns).map((hash, column) => {
      const inPanel = shown.filter((figure) => figure.storage === storage && figure.hash === hash);
      return panel(
        inPanel,
        `${rows[storage as Storage]}, ${columns[hash as HashName]}`,
        20 + column * 440,
        56 + row * (panelHeight + 10),
      );
    }),
  );
  const height = 56 + Object.keys(rows).length * (panelHeight + 10) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>Complete sign-ups in a second, ${atOnce} at once</title>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
<text x="20" y="32" font-size="17" font-weight="600" fill="#1f2328">Complete sign-ups in a second, ${atOnce} at once (median, and lowest to highest)</text>
${panels.join("\n")}
</svg>
`;
}

function panel(figures: readonly Figure[], title: string, x: number, y: number): string {
  const most = Math.max(...figures.map(({ perSecond }) => perSecond.max), 1);
  const room = panelWidth - labelWidth - valueWidth;
  const scaled = (value: number) => ((value / most) * room).toFixed(1);
  const lines = Object.entries(bars).flatMap(([name, label], n) => {
    const figure = figures.find((one) => one.name === name);
    if (!figure) return [];
    const { median, min, max } = figure.perSecond;
    const top = y + 28 + n * (barHeight + 8);
    const middle = top + barHeight / 2;
    const left = x + labelWidth;
    return [
      `<text x="${left - 8}" y="${middle + 4}" text-anchor="end" fill="#1f2328">${label}</text>`,
      `<rect x="${left}" y="${top}" width="${scaled(median)}" height="${barHeight}" rx="3" fill="${name === "porchlight" ? "#b45309" : "#9aa4b2"}"/>`,
      `<path d="M${left + Number(scaled(min))} ${middle}H${left + Number(scaled(max))}" stroke="#1f2328" stroke-width="1.5"/>`,
      `<text x="${left + Number(scaled(max)) + 8}" y="${middle + 4}" fill="#1f2328">${Math.round(median).toLocaleString("en")}</text>`,
    ];
  });
  return [`<text x="${x}" y="${y + 16}" font-weight="600" fill="#57606a">${title}</text>`, ...lines].join("\n");
}
