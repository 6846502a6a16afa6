import { element } from "./element.js";
import type { Site } from "./site.js";

interface Country {
  readonly code: string;
  readonly name: string;
  /** What a visitor may type for it, folded: its name here, its name in English, its code. */
  readonly searched: readonly string[];
}

/**
 * A country (ISO 3166-1) chosen by typing a part of its name: the combobox of the ARIA Authoring Practices Guide, with list
 * autocomplete.
 */
export function countryPicker({ facts, tag, words }: Site, code: string, chose: (code: string) => void): HTMLElement {
  const countries = countriesIn(tag, facts.countries);
  let chosen = countries.find((country) => country.code === code) ?? countries[0];
  let shown: readonly Country[] = [];
  let active = -1;

  const list = element("ul", { id: "countries", role: "listbox", "aria-label": words.country, hidden: true });
  const input = element("input", {
    id: "country",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-controls": "countries",
    "aria-expanded": "false",
    onfocus: () => input.select(),
    onclick: () => open(countries),
    oninput: () => open(countries.filter(({ searched }) => isFound(folded(input.value), searched))),
    onkeydown: press,
    onblur: () => leave(),
  });
  input.value = chosen?.name ?? "";

  function open(found: readonly Country[]): void {
    shown = found;
    active = Math.max(0, chosen === undefined ? 0 : found.indexOf(chosen));
    list.replaceChildren(
      ...found.map((country, at) =>
        element(
          "li",
          {
            id: `country-${country.code}`,
            role: "option",
            // The input keeps the focus: a press on the list is not a way out of it.
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => choose(found[at]),
          },
          country.name,
        ),
      ),
      ...(found.length === 0 ? [element("li", { role: "option", "aria-disabled": "true" }, words.noCountry)] : []),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }

  function mark(): void {
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(at === active && shown.length > 0));
      if (at === active) option.scrollIntoView({ block: "nearest" });
    }
    const marked = shown[active];
    if (marked === undefined) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `country-${marked.code}`);
  }

  function step(by: 1 | -1): void {
    active = (active + by + shown.length) % Math.max(1, shown.length);
    mark();
  }

  function close(): void {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(country: Country | undefined): void {
    if (country !== undefined) chosen = country;
    input.value = chosen?.name ?? "";
    close();
    if (chosen !== undefined) chose(chosen.code);
  }

  /** Who leaves after typing a whole name, or all that tells one from the others, meant it. */
  function leave(): void {
    if (list.hidden) return;
    choose(input.value !== "" && shown.length === 1 ? shown[0] : chosen);
  }

  function press(event: Event): void {
    if (!(event instanceof KeyboardEvent) || event.isComposing) return;
    const move = moves.get(event.key);
    if (move !== undefined) {
      event.preventDefault();
      if (list.hidden) open(countries);
      else step(move);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      choose(shown[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      choose(chosen);
    }
  }

  return element("div", { class: "picker" }, element("label", { for: "country" }, words.country), input, list);
}

const moves: ReadonlyMap<string, 1 | -1> = new Map([
  ["ArrowDown", 1],
  ["ArrowUp", -1],
]);

/** The country that the browser's own language speaks of, where it is one of `offered`. */
export function likelyCountry(offered: readonly string[]): string {
  const own = new Intl.Locale(navigator.language).maximize().region ?? "";
  return offered.includes(own) ? own : (offered[0] ?? "");
}

function countriesIn(tag: string, codes: readonly string[]): readonly Country[] {
  const names = new Intl.DisplayNames(tag, { type: "region" });
  const english = new Intl.DisplayNames("en", { type: "region" });
  return codes
    .map((code) => {
      const name = names.of(code) ?? code;
      return { code, name, searched: [name, english.of(code) ?? code, code].map(folded) };
    })
    .sort((one, other) => one.name.localeCompare(other.name, tag));
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

/** The beginning of a word of it; in Chinese, where words have no space between them, any part. */
function isFound(typed: string, searched: readonly string[]): boolean {
  return searched.some((text) =>
    /\p{Script=Han}/u.test(typed) ? text.includes(typed) : ` ${text}`.replace(/[-(]/g, " ").includes(` ${typed}`),
  );
}
