import { createHandler } from "porchlight/http";
import * as z from "zod";
import { email, form, type House, openHouse, password, tokenOf } from "../property/house.js";
import type { Loot } from "./forged-tickets.js";

/** Where a sign-up may stand when a call arrives. */
export const stageNames = ["none", "blank", "filled", "pending", "texted", "activated", "closed", "disowned"] as const;
export type StageName = (typeof stageNames)[number];

/** What its visitor holds by then. */
export interface Stage {
  readonly ticket: string | undefined;
  readonly link: string;
  readonly code: string;
  readonly step: string;
}

/** One house with everything on offer, its sites, and a sign-up at each stage: made when it is first asked for. */
export interface World {
  readonly house: House;
  readonly keys: Set<string>;
  readonly faults: unknown[];
  readonly site: Readonly<Record<"cookie" | "body", (request: Request) => Promise<Response>>>;
  readonly accountId: string;
  stage(name: StageName): Promise<Stage>;
  readonly made: ReadonlyMap<StageName, Promise<Stage>>;
  readonly loot: Loot;
}

export const origin = "https://app.example";
const profile = { name: "Ada" };
const consents = { terms: "1" };

/** A whole page of a house whose profile and consents are asked for. */
export function wholePage(channel: "email" | "phone", address?: string): Record<string, unknown> {
  return { ...form(channel, address), profile, consents };
}

/** What those who come from one address each may do in an hour, in the thousands. */
const many = 100_000;

export async function openWorld(): Promise<World> {
  const keys = new Set<string>();
  const house = openHouse(
    {
      profile: z.object({ name: z.string() }),
      consents: { terms: { version: "1" } },
      rules: { callsPerHour: many, pendingsPerHour: many, hashesPerHour: many },
    },
    {
      around({ port, given }, go) {
        if (port === "limiter") for (const key of keysIn(given)) keys.add(key);
        return go();
      },
    },
  );
  const { registrar, ports } = house;
  const faults: unknown[] = [];
  const caller = () => ({ ip: "198.51.100.1" });
  const onError = (error: unknown) => void faults.push(error);
  const site = {
    cookie: createHandler(registrar, { caller, onError }),
    body: createHandler(registrar, { caller, onError, ticket: "body" }),
  };

  let callers = 0;
  /** A visitor of an address of his own. */
  const visitor = () => {
    callers += 1;
    return { ip: `203.0.113.${callers}` };
  };

  async function signUp(name: string): Promise<Stage> {
    const from = visitor();
    const address = `${name}@example.com`;
    const { ticket, registration } = await registrar.start(wholePage("email", address), from);
    if (registration.step !== "pending") throw new Error(`${name} is not pending but ${registration.step}.`);
    await registrar.deliver();
    return { ticket, link: tokenOf(ports.mailer.link(address)), code: ports.mailer.code(address), step: "pending" };
  }

  async function signUpByPhone(): Promise<Stage> {
    const { ticket } = await registrar.start(wholePage("phone"), visitor());
    await registrar.deliver();
    const { link } = loot;
    return { ticket, link, code: ports.texter.code("+447400123456"), step: "pending" };
  }

  async function activated(name: string): Promise<Stage & { readonly accountId: string }> {
    const stage = await signUp(name);
    const answer = await registrar.confirm(stage.ticket, { code: stage.code }, visitor());
    if (!answer.ok) throw new Error(`${name} could not be activated.`);
    return { ...stage, step: "activated", accountId: answer.registration.accountId };
  }

  const open = async (fields: object): Promise<Stage> => {
    const { ticket, registration } = await registrar.start(fields, visitor());
    return { ticket, link: loot.link, code: "", step: registration.step };
  };

  const make: Readonly<Record<StageName, () => Promise<Stage>>> = {
    none: async () => ({ ticket: undefined, link: loot.link, code: "", step: "none" }),
    blank: () => open({}),
    filled: () => open({ email, profile, consents }),
    pending: () => signUp("pending"),
    texted: signUpByPhone,
    activated: () => activated("activated"),
    async closed() {
      const stage = await signUp("closed");
      await registrar.cancel(stage.ticket, visitor());
      return { ...stage, step: "closed" };
    },
    async disowned() {
      const stage = await signUp("disowned");
      await registrar.disown(stage.link, visitor());
      return stage;
    },
  };

  const [first, second] = [await activated("first"), await signUp("second")];
  const loot: Loot = {
    ticket: first.ticket ?? "",
    other: second.ticket ?? "",
    link: first.link,
    otherLink: second.link,
  };
  const made = new Map<StageName, Promise<Stage>>();
  return {
    house,
    keys,
    faults,
    site,
    accountId: first.accountId,
    loot,
    made,
    stage(name) {
      const known = made.get(name) ?? make[name]();
      made.set(name, known);
      return known;
    },
  };
}

function keysIn(given: readonly unknown[]): readonly string[] {
  const [first] = given;
  if (typeof first === "string") return [first];
  return Array.isArray(first) ? first.map((limit: { readonly key: string }) => limit.key) : [];
}

/** The password that every visitor of a world has chosen. */
export { password };
