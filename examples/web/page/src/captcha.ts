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

export interface Robot {
  readonly root: HTMLElement;
  /** The response, once it is solved; empty where it cannot be. */
  solved(): Promise<string>;
  /** Begins a new challenge: a response is accepted once, and for five minutes. */
  renew(): void;
}

const longestMs = 60_000;

/** Solves its challenge while the form is filled in, and shows how far it is. */
export function captcha(challenge: string, tag: string): Robot {
  const root = document.createElement("altcha-widget");
  const language = tag === "zh-Hans" ? "zh-cn" : tag;
  for (const [name, value] of Object.entries({ challenge, name: "captcha", auto: "onfocus", language })) {
    root.setAttribute(name, value);
  }
  const response = (): string => root.querySelector<HTMLInputElement>('input[name="captcha"]')?.value ?? "";
  return {
    root,
    async solved() {
      const end = Date.now() + longestMs;
      if (response() !== "") return response();
      // A second call would begin anew.
      if (call(root, "getState") !== "verifying") call(root, "verify");
      do await new Promise((resolve) => setTimeout(resolve, 100));
      while (response() === "" && call(root, "getState") === "verifying" && Date.now() < end);
      return response();
    },
    renew() {
      call(root, "reset");
      call(root, "verify");
    },
  };
}

/** A method that the widget gives its element. */
function call(root: HTMLElement, method: "verify" | "getState" | "reset"): string {
  const found: unknown = Reflect.get(root, method);
  return typeof found === "function" ? String(Reflect.apply(found, root, [])) : "";
}
