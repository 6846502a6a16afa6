import { createHandler, type HandlerOptions } from "porchlight/http";
import { type House, openHouse } from "../registrar/house.js";

export const origin = "https://app.example";

/** What is posted to the handler, by hand: a verb that is added is asked for here. */
export const verbs: readonly string[] = [
  "start",
  "submit",
  "change",
  "resend",
  "confirm",
  "cancel",
  "status",
  "inspect",
  "activate",
  "disown",
  "sign-in",
];

/** A site that serves a registrar in memory, and a browser that keeps its cookies. */
export interface Site {
  readonly house: House;
  readonly errors: unknown[];
  readonly handle: (request: Request) => Promise<Response>;
  /** Posts as the site's own page does. */
  post(verb: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Heard>;
  readonly cookies: Map<string, string>;
}

/** What may be in an answer. */
export interface Body {
  readonly code?: string;
  readonly detail?: string;
  readonly ticket?: string;
  readonly registration?: { readonly step: string; readonly accountId?: string };
  readonly [other: string]: unknown;
}

export interface Heard {
  readonly response: Response;
  readonly body: Body;
}

type Choices = Partial<HandlerOptions> & { readonly host?: Parameters<typeof openHouse>[0] };

export function openSite({ host, ...options }: Choices = {}): Site {
  const house = openHouse(host);
  const errors: unknown[] = [];
  const handle = createHandler(house.registrar, {
    caller: () => ({ ip: "192.0.2.1" }),
    onError: (error) => errors.push(error),
    ...options,
  });
  const cookies = new Map<string, string>();
  return {
    house,
    errors,
    handle,
    cookies,
    async post(verb, given, headers = {}) {
      const response = await handle(
        new Request(`${origin}/registration/${verb}`, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "Sec-Fetch-Site": "same-origin",
            ...(cookies.size > 0 && { Cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }),
            ...headers,
          },
          body: typeof given === "string" ? given : JSON.stringify(given),
        }),
      );
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = ""] = cookie.split(";");
        cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      const heard: Body = JSON.parse(await response.clone().text());
      return { response, body: heard };
    },
  };
}
