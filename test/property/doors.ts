import type { Caller, Registrar } from "porchlight";
import { createHandler } from "porchlight/http";
import { shapeOf } from "./recorded-ports.js";
import type { Story } from "./stranger.js";

/** A verb as a stranger calls it: which, with what ticket, and what the page sends. */
export interface Knock {
  readonly verb: keyof typeof routes;
  readonly ticket?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly from: Caller;
}

/** All that came back, of a ticket only its length; and the ticket itself. */
export interface Heard {
  readonly shown: string;
  readonly ticket: string | undefined;
}

export type Door = (knock: Knock) => Promise<Heard>;

const routes = {
  start: "start",
  submit: "submit",
  change: "change",
  resend: "resend",
  confirm: "confirm",
  status: "status",
  cancel: "cancel",
  inspect: "inspect",
  activate: "activate",
  disown: "disown",
  signIn: "sign-in",
} as const;
const byLink: readonly string[] = ["inspect", "activate", "disown"];

/** One way in. */
export function openDoor(kind: Story["door"], registrar: Registrar<"email" | "phone", unknown>): Door {
  return kind === "registrar" ? called(registrar) : served(kind, registrar);
}

function called(registrar: Registrar<"email" | "phone", unknown>): Door {
  const call = ({ verb, ticket, body, from }: Knock): Promise<unknown> => {
    switch (verb) {
      case "start":
        return registrar.start(body, from);
      case "submit":
        return registrar.submit(ticket, body, from);
      case "change":
        return registrar.change(ticket, body, from);
      case "confirm":
        return registrar.confirm(ticket, body, from);
      case "resend":
      case "status":
      case "cancel":
        return registrar[verb](ticket, from);
      case "inspect":
        return registrar.inspect(body.token, { ticket }, from);
      case "activate":
        return registrar.activate(body.token, { ticket, password: body.password }, from);
      case "disown":
        return registrar.disown(body.token, from);
      case "signIn":
        return registrar.signIn(body, from);
    }
  };
  return async (knock) => heard(await call(knock));
}

function served(kind: "cookie" | "body", registrar: Registrar<"email" | "phone", unknown>): Door {
  const origin = "https://app.example";
  const handle = createHandler(registrar, {
    ticket: kind,
    caller: (request) => ({ ip: request.headers.get("x-test-ip") ?? undefined }),
    session: (accountId) => ({ "Set-Cookie": `session=${accountId}` }),
    onError: (error) => {
      throw error;
    },
  });
  return async ({ verb, ticket = "", body, from }) => {
    const carried = kind === "body" && ticket !== "" && !["start", "disown", "signIn"].includes(verb) ? { ticket } : {};
    const response = await handle(
      new Request(`${origin}/registration/${routes[verb]}`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Sec-Fetch-Site": "same-origin",
          "x-test-ip": from.ip ?? "",
          ...(kind === "cookie" && ticket !== "" && { Cookie: `__Host-porchlight=${ticket}` }),
        },
        body: JSON.stringify({ ...body, ...carried }),
      }),
    );
    const text = await response.text();
    const cookie = response.headers.getSetCookie().map((set) => /^__Host-porchlight=([^;]*)/.exec(set)?.[1]);
    const given = kind === "cookie" ? cookie[0] : ticketOf(JSON.parse(text));
    const masked = (seen: string) => (given === undefined ? seen : seen.replaceAll(given, shapeOf(given)));
    const headers = [...response.headers].map((pair) => pair.join(": "));
    return { shown: masked([response.status, ...headers, text].join("\n")), ticket: given };
  };
}

function heard(answer: unknown): Heard {
  const shown = JSON.stringify(answer, (name, part: unknown) => (name === "ticket" ? shapeOf(part) : part));
  return { shown, ticket: ticketOf(answer) };
}

function ticketOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("ticket" in answer)) return undefined;
  return typeof answer.ticket === "string" ? answer.ticket : undefined;
}

/** Whether a link speaks for the verb, rather than a ticket alone. */
export const isByLink = (verb: string): boolean => byLink.includes(verb);
