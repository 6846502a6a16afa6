import { element } from "./element.js";
import { readSession, type Site } from "./site.js";

/** The account is active: who is signed in by it goes to it, everybody else to the sign-in. */
export async function active(site: Site, restart?: () => void): Promise<void> {
  const { words } = site;
  const { account } = await readSession();
  const [href, way] = account === null ? ["/sign-in", words.signIn] : ["/account", words.toAccount];
  site.show(
    element("h1", { tabindex: "-1" }, words.active),
    element("p", {}, account === null ? words.activeText : words.activeHere),
    element("p", {}, element("a", { class: "main", href }, way)),
    restart !== undefined && restartButton(words.another, "link", restart),
  );
}

/** A registration that was ended: called off, too old, or disowned by who got its mail. */
export function closed({ words, show }: Site, restart: () => void): void {
  show(
    element("h1", { tabindex: "-1" }, words.closed),
    element("p", {}, words.closedText),
    restartButton(words.again, "main", restart),
  );
}

const restartButton = (label: string, look: "main" | "link", onclick: () => void): HTMLElement =>
  element("p", {}, element("button", { type: "button", class: look, onclick }, label));
