import "altcha/altcha.css";
import "altcha/external";
import "altcha/i18n/de";
import "altcha/i18n/zh-cn";
import PbkdfWorker from "altcha/workers/pbkdf2?worker";

/** The widget's own registry, which its script leaves on the window. */
interface Registry {
  readonly algorithms: { set(name: string, make: () => Worker): void };
}

const registry: Registry = Reflect.get(globalThis, "$altcha");
registry.algorithms.set("PBKDF2/SHA-256", () => new PbkdfWorker());

/** Solves its challenge while the form is filled in, and shows how far it is. */
export function captcha(challenge: string, tag: string): { readonly root: HTMLElement; response(): string } {
  const root = document.createElement("altcha-widget");
  const language = tag === "zh-Hans" ? "zh-cn" : tag;
  for (const [name, value] of Object.entries({ challenge, name: "captcha", auto: "onfocus", language })) {
    root.setAttribute(name, value);
  }
  return {
    root,
    response() {
      const solved = root.closest("form")?.querySelector<HTMLInputElement>('input[name="captcha"]');
      return solved?.value ?? "";
    },
  };
}
