import { likelyCountry } from "./country-picker.js";
import { element } from "./element.js";
import { field, form, passwordField } from "./form.js";
import { endSession, readSession, type Site } from "./site.js";

export function signIn(site: Site): void {
  const { words, client, facts } = site;
  const identifier = field({ name: "identifier", label: words.identifier, autocomplete: "username" });
  const password = passwordField(words, { name: "password", label: words.password, autocomplete: "current-password" });
  site.show(
    element("h1", { tabindex: "-1" }, words.signIn),
    form({
      fields: [identifier, password],
      submit: words.signIn,
      words,
      async send() {
        const reply = await client.signIn({
          identifier: identifier.input.value,
          country: likelyCountry(facts.countries),
          password: password.input.value,
        });
        if (!reply.ok) return reply.problems;
        site.go("/account");
        return [];
      },
    }),
    element("p", {}, element("a", { href: "/" }, words.signUp)),
  );
}

export async function account(site: Site): Promise<void> {
  const { words, tag } = site;
  const { account: found } = await readSession();
  if (found === null) return site.go("/sign-in");
  const since = new Intl.DateTimeFormat(tag, { dateStyle: "long" }).format(found.since);
  const out = element(
    "button",
    {
      class: "main",
      async onclick() {
        await endSession();
        site.go("/sign-in");
      },
    },
    words.signOut,
  );
  site.show(
    element("h1", { tabindex: "-1" }, words.account),
    element("p", {}, element("strong", {}, found.address)),
    element("p", {}, words.since(since)),
    element("p", {}, out),
  );
}
