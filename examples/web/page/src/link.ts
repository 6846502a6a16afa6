import type { LinkView, WordedProblem } from "porchlight/client";
import { element } from "./element.js";
import { form, passwordField } from "./form.js";
import { readSession, type Site } from "./site.js";

/** The token of the link that was opened: out of the address bar at once, and kept for as long as the page is open. */
const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
if (location.pathname === "/activate") history.replaceState(null, "", "/activate");

/** Says what the link is good for. Nothing is activated by looking: mail scanners open links, too. */
export async function openedLink(site: Site): Promise<void> {
  const reply = await site.client.inspect(token);
  if (reply.ok) showLink(site, reply.link);
  else deadEnd(site, reply.problems);
}

function showLink(site: Site, link: LinkView): void {
  if (link.state !== "ready") {
    deadEnd(site, [], link.state);
    return;
  }
  const { words, client } = site;
  const password =
    link.proof === "password"
      ? [
          passwordField(words, {
            name: "password",
            label: words.password,
            autocomplete: "current-password",
            hint: words.activatePassword,
          }),
        ]
      : [];
  const disown = element(
    "button",
    {
      type: "button",
      class: "link",
      async onclick() {
        const reply = await client.disown(token).catch(() => undefined);
        if (reply?.ok) site.show(element("h1", { tabindex: "-1" }, words.notMe), element("p", {}, words.disowned));
      },
    },
    words.notMe,
  );
  site.show(
    element("h1", { tabindex: "-1" }, words.activate),
    element("p", {}, words.activateText(link.masked)),
    form({
      fields: password,
      submit: words.activate,
      offline: words.offline,
      async send() {
        const reply = await client.activate(token, password[0]?.input.value);
        if (reply.ok) await active(site);
        else if (reply.link !== undefined && reply.link.state !== "ready") showLink(site, reply.link);
        return reply.ok ? [] : reply.problems;
      },
    }),
    element("p", {}, disown),
  );
}

/** A link that opens nothing has a way forward all the same. */
function deadEnd(
  site: Site,
  problems: readonly WordedProblem[],
  state: "invalid" | "expired" | "used" = "invalid",
): void {
  const { words } = site;
  const used = state === "used";
  site.show(
    element("h1", { tabindex: "-1" }, words.activate),
    element("p", {}, problems[0]?.detail ?? (used ? words.linkUsed : words.linkDead)),
    element("p", {}, element("a", { class: "main", href: used ? "/sign-in" : "/" }, used ? words.signIn : words.again)),
  );
}

/** The account is active: who is signed in by it goes to it, everybody else to the sign-in. */
export async function active(site: Site): Promise<void> {
  const { words } = site;
  const { account } = await readSession();
  site.show(
    element("h1", { tabindex: "-1" }, words.active),
    account === null && element("p", {}, words.activeText),
    element(
      "p",
      {},
      element(
        "a",
        { class: "main", href: account === null ? "/sign-in" : "/account" },
        account === null ? words.signIn : words.toAccount,
      ),
    ),
  );
}
