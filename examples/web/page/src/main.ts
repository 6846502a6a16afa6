import "./style.css";
import type { View } from "porchlight/client";
import { element } from "./element.js";
import { active, openedLink } from "./link.js";
import { pending } from "./pending.js";
import { account, signIn } from "./sign-in.js";
import { signUp } from "./sign-up.js";
import { client, readFacts, type Site } from "./site.js";
import { chooseLanguage, chosenLanguage, languages } from "./words.js";

const page = element("div", {});
document.querySelector("#page")?.append(page);
const facts = readFacts();
let endView = (): void => undefined;
let follow = async (): Promise<void> => undefined;
addEventListener("popstate", () => follow());

async function render(): Promise<void> {
  const { tag, words } = chosenLanguage();
  document.documentElement.lang = tag;
  showLanguages(tag);
  const site: Site = {
    client,
    facts: await facts,
    tag,
    words,
    show(...children) {
      page.replaceChildren(...children.filter((child): child is Node | string => child !== false));
      const heading = page.querySelector("h1");
      document.title = `${heading?.textContent ?? ""} · Example`;
      heading?.focus();
    },
    go(path) {
      endView();
      history.pushState(null, "", path);
      route();
    },
  };

  async function route(): Promise<void> {
    endView();
    endView = () => undefined;
    if (location.pathname === "/activate") return openedLink(site);
    if (location.pathname === "/sign-in") return signIn(site);
    if (location.pathname === "/account") return account(site);
    const { registration } = await client.status();
    if (registration !== undefined) showStep(registration);
  }

  function showStep(view: View): void {
    endView();
    endView = () => undefined;
    switch (view.step) {
      case "pending": {
        const endClock = pending(site, view, showStep);
        const endFollow = client.follow((seen) => {
          if (seen.step !== "pending") showStep(seen);
        });
        endView = () => {
          endClock();
          endFollow();
        };
        return;
      }
      case "activated":
        active(site);
        return;
      default:
        signUp(site, () => client.status().then(({ registration }) => registration && showStep(registration)));
    }
  }

  try {
    await route();
  } catch {
    site.show(
      element("h1", { tabindex: "-1" }, words.offline),
      element("button", { class: "main", onclick: () => location.reload() }, words.tryAgain),
    );
  }
  follow = route;
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

render();
