import { checkPassword } from "porchlight/client";
import { addressField, type Channel, givenAddress, nothingTyped } from "./address.js";
import { captcha } from "./captcha.js";
import { element } from "./element.js";
import { form, passwordField } from "./form.js";
import type { Site } from "./site.js";

const minimum = 15;
let by: Channel = "phone";
/** What was typed, over a change of language or of channel. */
const typed = { ...nothingTyped(), password: "", confirmation: "" };

/** The form of a new account. `sent` shows what came of it. */
export function signUp(site: Site, sent: () => Promise<void>): void {
  const { words, client } = site;
  const address = addressField(site, by, typed);
  const rules = passwordRules(site);
  const [password, confirmation] = (["password", "confirmation"] as const).map((name) => {
    const hint = name === "password" ? rules.root : undefined;
    const made = passwordField(words, {
      name,
      label: words[name],
      autocomplete: "new-password",
      hint,
      value: typed[name],
    });
    made.input.addEventListener("input", () => {
      typed[name] = made.input.value;
      rules.look(typed);
    });
    return made;
  });
  const fields = [address, password, confirmation].filter((one) => one !== undefined);
  rules.look(typed);
  const robot = captcha(client.challengeUrl, site.tag);

  const other = element(
    "button",
    {
      type: "button",
      class: "link",
      onclick() {
        by = by === "phone" ? "email" : "phone";
        signUp(site, sent);
      },
    },
    by === "phone" ? words.byEmail : words.byPhone,
  );
  site.show(
    element("h1", { tabindex: "-1" }, words.signUp),
    form({
      fields,
      between: [robot.root],
      submit: words.next,
      words,
      async send() {
        const { password, confirmation } = typed;
        const given = { ...givenAddress(by, typed), password, confirmation, captcha: await robot.solved() };
        const submitted = await client.submit(given);
        // A page that stood open for hours: what was typed goes into a new sign-up.
        const isOver = !submitted.ok && submitted.problems.some(({ code }) => code.startsWith("ticket_"));
        const reply = isOver ? await client.start(given) : submitted;
        if (!reply.ok) {
          if (reply.problems.some(({ code }) => code.startsWith("captcha_"))) robot.renew();
          return reply.problems;
        }
        if (reply.registration.step === "captcha") {
          robot.renew();
          return [{ code: "captcha_missing", facts: {}, detail: words.human }];
        }
        Object.assign(typed, nothingTyped(), { password: "", confirmation: "" });
        await sent();
        return [];
      },
    }),
    element("p", {}, other),
    element("p", {}, words.haveAccount, " ", element("a", { href: "/sign-in" }, words.signIn)),
  );
}

interface Passwords {
  readonly password: string;
  readonly confirmation: string;
}

/** The rules of a password, ticked as they are met. */
function passwordRules({ words }: Site): { readonly root: Node; look(passwords: Passwords): void } {
  const long = element("li", {}, words.enough(minimum));
  const same = element("li", {}, words.same);
  return {
    root: element("div", {}, element("p", {}, words.passwordHint), element("ul", { class: "rules" }, long, same)),
    look({ password, confirmation }) {
      const checked = checkPassword(password, { confirmation });
      const codes = checked.ok ? [] : checked.problems.map(({ code }) => code);
      const isShort = codes.includes("password_too_short") || codes.includes("field_missing");
      long.classList.toggle("met", password !== "" && !isShort);
      same.classList.toggle("met", password !== "" && password === confirmation);
    },
  };
}
