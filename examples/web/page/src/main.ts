import "./style.css";
import type { View } from "porchlight/client";
import { active, closed } from "./active.js";
import { element } from "./element.js";
import { chooseLanguage, chosenLanguage } from "./language.js";
import { openedLink } from "./link.js";
import { type PendingPage, pending } from "./pending.js";
import { account, signIn } from "./sign-in.js";
import { signUp } from "./sign-up.js";
import { client, readFacts, type Site } from "./site.js";
import { languages } from "./words.js";

const page = element("div", {});
document.querySelector("#page")?.append(page);
const facts = readFacts();
/** Ends what the view that is shown does by itself. */
let endView = (): void => undefined;

let drawn = Promise.resolve();

/** Shows what belongs to the address and the state, in the language that is chosen; once at a time. */
function render(): void {
  drawn = drawn.then(draw);
}

async function draw(): Promise<void> {
  endView();
  endView = () => undefined;
  const { tag, words } = chosenLanguage();
  document.documentElement.lang = tag;
  showLanguages(tag);
  try {
    const site: Site = { client, facts: await facts, tag, words, show, go };
    await route(site);
  } catch {
    show(
      element("h1", { tabindex: "-1" }, words.offlineTitle),
      element("p", {}, words.offline),
      element("p", {}, element("button", { class: "main", onclick: () => location.reload() }, words.tryAgain)),
    );
  }
}

async function route(site: Site): Promise<void> {
  if (location.pathname === "/activate") return openedLink(site);
  if (location.pathname === "/sign-in") return signIn(site);
  if (location.pathname === "/account") return account(site);
  await showSignUp(site);
}

/** The step that this browser's sign-up has reached, wherever the next one is made. */
async function showSignUp(site: Site): Promise<void> {
  let waiting: { readonly masked: string; readonly page: PendingPage } | undefined;

  /** What is seen of the same message is written into the page that is there, and into nobody's typing. */
  function heard(view: View): void {
    if (view.step === "pending" && view.identifier.masked === waiting?.masked) waiting.page.update(view);
    else begin(view);
  }

  function begin(view: View): void {
    endView();
    endView = () => undefined;
    waiting = undefined;
    if (view.step === "pending") wait(view);
    else if (view.step === "activated") active(site, restart);
    else if (view.step === "closed") closed(site, restart);
    else signUp(site, look);
  }

  function wait(view: View<"pending">): void {
    const made = pending(site, view, { heard, begin });
    const endFollow = client.follow(heard);
    waiting = { masked: view.identifier.masked, page: made };
    endView = () => {
      made.end();
      endFollow();
    };
  }

  async function look(): Promise<void> {
    const { registration } = await client.status();
    if (registration !== undefined) begin(registration);
  }

  async function restart(): Promise<void> {
    await client.start({});
    await look();
  }

  await look();
}

function show(...children: readonly (Node | string | false)[]): void {
  page.replaceChildren(...children.filter((child): child is Node | string => child !== false));
  const heading = page.querySelector("h1");
  document.title = `${heading?.textContent ?? ""} · Example`;
  heading?.focus();
}

function go(path: string): void {
  history.pushState(null, "", path);
  render();
}

function showLanguages(chosen: string): void {
  const select = element(
    "select",
    {
      "aria-label": "Language · Sprache · 语言",
      onchange() {
        chooseLanguage(select.value);
        render();
      },
    },
    ...languages.map(({ tag, name }) => element("option", { value: tag, lang: tag, selected: tag === chosen }, name)),
  );
  document.querySelector("#languages")?.replaceChildren(select);
}

// A link opened in the tab of another one changes nothing but the fragment.
for (const moved of ["popstate", "hashchange"]) addEventListener(moved, render);
render();
