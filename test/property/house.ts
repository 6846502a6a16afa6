import { type Caller, createRegistrar, type Event, type Options, type Registrar, type Signal } from "porchlight";
import { type TestPorts, testPorts } from "porchlight/testing";
import { type Around, type Call, recorded, wrapped } from "./recorded-ports.js";

export const from: Caller = { ip: "203.0.113.7" };
export const password = "harbour tulip nine cranes";
export const email = "ada@example.com";
export const phone = "+447400123456";

export type Ports = TestPorts;
type Choices = Partial<Options<"email" | "phone", unknown, undefined>>;

/** A registrar over memory ports, everything that it calls, tells and signals noted. */
export interface House {
  readonly registrar: Registrar<"email" | "phone", unknown>;
  /** The ports themselves, unrecorded. */
  readonly ports: Ports;
  readonly calls: Call[];
  readonly events: Event[];
  readonly signals: Signal[];
}

/** Everything on offer: both channels, links and codes by mail. `around` stands between the registrar and its ports. */
export function openHouse(
  choices: Choices = {},
  how: {
    readonly ports?: Ports;
    readonly around?: Around;
    readonly by?: readonly ["link"] | readonly ["link", "code"];
  } = {},
): House {
  const { ports = testPorts(), around = (_, go) => go(), by = ["link", "code"] } = how;
  const calls: Call[] = [];
  const events: Event[] = [];
  const signals: Signal[] = [];
  const port = <T extends object>(name: string, target: T): T =>
    wrapped(
      name,
      recorded(name, target, (call) => calls.push(call)),
      around,
    );
  const { mailer, texter, store, hasher, limiter, captcha, ...rest } = ports;
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer: port("mailer", mailer), activationUrl: "https://app.example/activate#t={token}", by },
      phone: { texter: port("texter", texter), countries: ["GB", "DE"], smsPerDay: 10_000 },
    },
    store: port("store", store),
    hasher: port("hasher", hasher),
    limiter: port("limiter", limiter),
    captcha: port("captcha", captcha),
    onEvent: async (event) => void events.push(event),
    onSignal: (signal) => void signals.push(signal),
    ...rest,
    ...choices,
  });
  return { registrar, ports, calls, events, signals };
}

/** A whole form. */
export function form(channel: "email" | "phone" = "email", address = channel === "email" ? email : phone) {
  return { [channel]: address, password, confirmation: password, captcha: "pass" };
}

/** The token in a link of {@link openHouse}. */
export function tokenOf(link: string): string {
  return link.slice(link.indexOf("#t=") + 3);
}

/** The codes of an answer's problems; none where it is good. */
export function codesOf(answer: { readonly ok: boolean; readonly problems?: readonly { readonly code: string }[] }) {
  return answer.problems?.map(({ code }) => code) ?? [];
}

/** What the owner of a mailbox holds after a sign-up: the ticket of the browser, the code and the token of the letter. */
export async function signedUp(house: House, address = email) {
  const { registrar, ports } = house;
  const { ticket } = await registrar.start(form("email", address), from);
  await registrar.deliver();
  const code = ports.mailer.code(address);
  const link = tokenOf(ports.mailer.link(address));
  // Past the spacing of an address, so that the next letter to it is not put off.
  ports.clock.advance(61_000);
  return { ticket, code, link };
}
