import type { WordedProblem } from "porchlight/client";
import { element } from "./element.js";
import type { Words } from "./words.js";

export interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly autocomplete: string;
  readonly inputmode?: string;
  readonly hint?: Node | string | undefined;
  readonly value?: string;
}

/** A labelled input, its hint and the place for what is wrong with it. */
export interface Field {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  readonly name: string;
  say(problems: readonly string[]): void;
}

export function field({ name, label, type = "text", autocomplete, inputmode, hint, value = "" }: FieldOptions): Field {
  const error = element("p", { class: "error", id: `${name}-error`, role: "alert" });
  const hinted = hint === undefined ? undefined : element("div", { class: "hint", id: `${name}-hint` }, hint);
  const described = hinted === undefined ? `${name}-error` : `${name}-hint ${name}-error`;
  const input = element("input", {
    id: name,
    name,
    type,
    autocomplete,
    inputmode,
    "aria-describedby": described,
    spellcheck: "false",
  });
  input.value = value;
  const root = element(
    "div",
    { class: "field" },
    element("label", { for: name }, label),
    element("div", { class: "box" }, input),
    hinted,
    error,
  );
  return {
    root,
    input,
    name,
    say(problems) {
      error.replaceChildren(problems.join(" "));
      input.toggleAttribute("aria-invalid", problems.length > 0);
    },
  };
}

/** A password: shown on demand, pasted at will. */
export function passwordField(words: Words, options: Omit<FieldOptions, "type">): Field {
  const made = field({ ...options, type: "password" });
  const button = element(
    "button",
    {
      type: "button",
      class: "peek",
      "aria-controls": options.name,
      "aria-pressed": "false",
      onclick() {
        const shown = made.input.type === "password";
        made.input.type = shown ? "text" : "password";
        button.setAttribute("aria-pressed", String(shown));
        button.textContent = shown ? words.hide : words.show;
      },
    },
    words.show,
  );
  made.input.after(button);
  return made;
}

export interface FormOptions {
  readonly fields: readonly Field[];
  readonly between?: readonly Node[];
  readonly submit: string;
  readonly words: Words;
  /** What is said before the fields. */
  readonly lead?: string;
  /** Gives what was wrong; nothing where another view is shown by now. */
  send(): Promise<readonly WordedProblem[]>;
}

/** A form that is sent once at a time, says each problem beside its field, and moves the focus to the first. */
export function form({ fields, between = [], submit, words, lead = "", send }: FormOptions): HTMLFormElement {
  const general = element("p", { class: "error", role: "alert" });
  const button = element("button", { class: "main" }, submit);
  const made: HTMLFormElement = element(
    "form",
    {
      novalidate: true,
      async onsubmit(event) {
        event.preventDefault();
        if (button.getAttribute("aria-disabled") === "true") return;
        button.setAttribute("aria-disabled", "true");
        general.replaceChildren();
        try {
          tell(emptyFields() ?? (await send()));
        } catch {
          general.replaceChildren(words.offline);
        } finally {
          button.removeAttribute("aria-disabled");
        }
      },
    },
    lead !== "" && element("p", { class: "quiet" }, lead),
    ...fields.map(({ root }) => root),
    ...between,
    general,
    button,
  );

  /** What is left empty is said before anything is asked of the server. */
  function emptyFields(): readonly WordedProblem[] | undefined {
    const empty = fields.filter(({ input }) => input.value === "");
    if (empty.length === 0) return undefined;
    return empty.map(({ name }) => ({ code: "field_missing", field: name, facts: {}, detail: words.required }));
  }

  function tell(problems: readonly WordedProblem[]): void {
    for (const one of fields)
      one.say(problems.filter(({ field: name }) => name === one.name).map(({ detail }) => detail));
    const known = new Set(fields.map(({ name }) => name));
    const others = problems.filter(({ field: name }) => name === undefined || !known.has(name));
    general.replaceChildren(others.map(({ detail }) => detail).join(" "));
    fields.find(({ name }) => problems.some((problem) => problem.field === name))?.input.focus();
  }

  return made;
}
