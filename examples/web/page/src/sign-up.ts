import { checkPassword, type PageFields } from "porchlight/client";
import { captcha } from "./captcha.js";
import { element } from "./element.js";
import { type Field, field, form, passwordField } from "./form.js";
import type { Site } from "./site.js";

const minimum = 15;
let by: "phone" | "email" = "phone";
/** What was typed, over a change of language or of channel. */
const typed = { phone: "", email: "", password: "", confirmation: "", country: "" };

export function signUp(site: Site, shown: () => void): void {
  const { words, client } = site;
  const address = by === "phone" ? phoneField(site) : emailField(site);
  const rules = passwordRules(site);
  const password = kept(
    "password",
    passwordField(words, {
      name: "password",
      label: words.password,
      autocomplete: "new-password",
      hint: rules.root,
      value: typed.password,
    }),
  );
  const confirmation = kept(
    "confirmation",
    passwordField(words, {
      name: "confirmation",
      label: words.confirmation,
      autocomplete: "new-password",
      value: typed.confirmation,
    }),
  );
  for (const { input } of [password, confirmation])
    input.addEventListener("input", () => rules.look(password.input.value, confirmation.input.value));
  rules.look(typed.password, typed.confirmation);
  const robot = captcha(client.challengeUrl, site.tag);

  const other = element(
    "button",
    {
      type: "button",
      class: "link",
      onclick() {
        by = by === "phone" ? "email" : "phone";
        signUp(site, shown);
      },
    },
    by === "phone" ? words.byEmail : words.byPhone,
  );
  site.show(
    element("h1", { tabindex: "-1" }, words.signUp),
    form({
      fields: [address, password, confirmation],
      between: [robot.root],
      submit: words.next,
      offline: words.offline,
      async send() {
        const empty = [address, password, confirmation].filter(({ input }) => input.value === "");
        if (empty.length > 0) {
          return empty.map(({ name }) => ({ code: "field_missing", field: name, facts: {}, detail: words.required }));
        }
        const fields: PageFields = {
          ...(by === "phone" ? { phone: typed.phone, country: typed.country } : { email: typed.email }),
          password: typed.password,
          confirmation: typed.confirmation,
          captcha: await robot.solved(),
        };
        const submitted = await client.submit(fields);
        // A page that stood open for hours: what was typed goes into a new sign-up.
        const isOver = !submitted.ok && submitted.problems.some(({ code }) => code.startsWith("ticket_"));
        const reply = isOver ? await client.start(fields) : submitted;
        if (!reply.ok) return reply.problems;
        if (reply.registration.step === "captcha") {
          return [{ code: "captcha_missing", facts: {}, detail: words.human }];
        }
        for (const name of ["phone", "email", "password", "confirmation"] as const) typed[name] = "";
        shown();
        return [];
      },
    }),
    element("p", {}, other),
    element("p", {}, words.haveAccount, " ", element("a", { href: "/sign-in" }, words.signIn)),
  );
}

function kept(name: keyof typeof typed, made: Field): Field {
  made.input.addEventListener("input", () => {
    typed[name] = made.input.value;
  });
  return made;
}

function emailField({ words }: Site): Field {
  return kept(
    "email",
    field({ name: "email", label: words.email, type: "email", autocomplete: "email", value: typed.email }),
  );
}

/** The country, then the number; below it the number as it will be dialled, once it can be one. */
function phoneField(site: Site): Field {
  const { words, facts, tag } = site;
  const names = new Intl.DisplayNames(tag, { type: "region" });
  const countries = facts.countries
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, tag));
  const own = new Intl.Locale(navigator.language).maximize().region ?? "";
  typed.country ||= facts.countries.includes(own) ? own : (facts.countries[0] ?? "");
  const dialled = element("span", { role: "status" });
  const number = kept(
    "phone",
    field({
      name: "phone",
      label: words.phone,
      type: "tel",
      autocomplete: "tel",
      inputmode: "tel",
      hint: dialled,
      value: typed.phone,
    }),
  );

  const look = async (): Promise<void> => {
    const { parsePhone } = await import("porchlight/values/phone");
    const parsed = parsePhone(typed.phone, { country: typed.country, countries: facts.countries });
    dialled.textContent = parsed.ok
      ? `${words.willDial(parsed.value.address)} (${names.of(parsed.value.country)})`
      : "";
  };
  const select = element(
    "select",
    {
      id: "country",
      autocomplete: "country",
      onchange() {
        typed.country = select.value;
        look();
      },
    },
    ...countries.map(({ code, name }) => element("option", { value: code, selected: code === typed.country }, name)),
  );
  number.input.addEventListener("input", look);
  if (typed.phone !== "") look();
  number.root.prepend(element("label", { for: "country" }, words.country), select);
  return number;
}

/** The rules of a password, ticked as they are met. */
function passwordRules({ words }: Site): { readonly root: Node; look(password: string, confirmation: string): void } {
  const long = element("li", {}, words.enough(minimum));
  const same = element("li", {}, words.same);
  return {
    root: element("div", {}, element("p", {}, words.passwordHint), element("ul", { class: "rules" }, long, same)),
    look(password, confirmation) {
      const checked = checkPassword(password, { confirmation });
      const problems = checked.ok ? [] : checked.problems.map(({ code }) => code);
      long.classList.toggle(
        "met",
        password !== "" && !problems.includes("password_too_short") && !problems.includes("field_missing"),
      );
      same.classList.toggle("met", password !== "" && password === confirmation);
    },
  };
}
