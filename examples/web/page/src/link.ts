import type { LinkView, WordedProblem } from "porchlight/client";
import { active } from "./active.js";
import { element } from "./element.js";
import { form, passwordField } from "./form.js";
import { readSession, type Site } from "./site.js";

/** Says what the link is good for. Nothing is activated by looking: mail scanners open links, too. */
export async function openedLink(site: Site): Promise<void> {
  const token = takeToken();
  const reply = await site.client.inspect(token);
  if (reply.ok) await showLink(site, token, reply.link);
  else deadEnd(site, reply.problems);
}

/** Out of the address bar at once; kept in this entry of the tab's history, so that a reload has it still. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  if (given !== null) history.replaceState({ token: given }, "", location.pathname);
  const kept: unknown = history.state;
  const isKept = typeof kept === "object" && kept !== null && "token" in kept;
  return isKept && typeof kept.token === "string" ? kept.token : "";
}

async function showLink(site: Site, token: string, link: LinkView): Promise<void> {
  if (link.state === "ready") return ask(site, token, link);
  // Used, and by the person who looks: a reload after the click.
  const { account } = await readSession();
  if (link.state === "used" && account !== null) return active(site);
  deadEnd(site, [], link.state);
}

function ask(site: Site, token: string, link: Extract<LinkView, { readonly state: "ready" }>): void {
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
  const wrong = element("p", { class: "error", role: "alert" });
  const disown = element(
    "button",
    {
      type: "button",
      class: "link",
      async onclick() {
        const reply = await client.disown(token).catch(() => undefined);
        if (reply?.ok) site.show(element("h1", { tabindex: "-1" }, words.notMe), element("p", {}, words.disowned));
        else wrong.textContent = reply?.problems.map(({ detail }) => detail).join(" ") ?? words.offline;
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
      words,
      async send() {
        const reply = await client.activate(token, password[0]?.input.value);
        if (reply.ok) await active(site);
        else if (reply.link !== undefined && reply.link.state !== "ready") await showLink(site, token, reply.link);
        return reply.ok ? [] : reply.problems;
      },
    }),
    wrong,
    element("p", {}, disown),
  );
}

/** A link that opens nothing has a way forward all the same. */
function deadEnd(
  { words, show }: Site,
  problems: readonly WordedProblem[],
  state: "invalid" | "expired" | "used" = "invalid",
): void {
  const text = { invalid: words.linkDead, expired: words.linkExpired, used: words.linkUsed }[state];
  const [href, way] = state === "used" ? ["/sign-in", words.signIn] : ["/", words.forward];
  show(
    element("h1", { tabindex: "-1" }, state === "used" ? words.linkUsedTitle : words.linkDeadTitle),
    element("p", {}, problems[0]?.detail ?? text),
    element("p", {}, element("a", { class: "main", href }, way)),
  );
}
