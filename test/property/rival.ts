import { memoryLimiter } from "porchlight/limiter/memory";
import { deriveCode } from "../../src/secrets/code.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import { deriveLinkToken } from "../../src/secrets/link-token.js";
import { form, from, openHouse, type Ports } from "./house.js";

/** Notes the ids of all registrations that reach a store. */
export function notingIds(ports: Ports): { readonly ports: Ports; readonly ids: Set<string> } {
  const ids = new Set<string>();
  const { store } = ports;
  const noting: Ports["store"] = {
    ...store,
    commit(change) {
      ids.add(change.registration.id);
      return store.commit(change);
    },
  };
  return { ports: { ...ports, store: noting }, ids };
}

const rivals = "seven quiet lanterns burn";

/**
 * Somebody else signs up an address in the same store. His counters are his own and he is sent nothing, so that the
 * history of limits and messages stays as it was.
 */
export async function signsUp(ports: Ports, channel: "email" | "phone", address: string) {
  const { store } = ports;
  const silent: Ports["store"] = { ...store, commit: (change) => store.commit(withoutMessages(change)) };
  const apart = notingIds({ ...ports, store: silent, limiter: memoryLimiter({ clock: ports.clock }) });
  const { registrar } = openHouse({ keys: ports.keys }, { ports: apart.ports });
  const page = { ...form(channel, address), password: rivals, confirmation: rivals };
  const { ticket } = await registrar.start(page, from);
  const [id = ""] = apart.ids;
  const stored = await store.find(id);
  if (stored?.registration.state !== "pending")
    throw new Error(`The rival's sign-up of ${address} did not become pending.`);
  return { registrar, ticket, pending: stored.registration };
}

/** The same, who also activates it, with a password of his own. */
export async function takes(ports: Ports, channel: "email" | "phone", address: string): Promise<void> {
  const { registrar, ticket, pending } = await signsUp(ports, channel, address);
  const code = await deriveCode(createKeyring(ports.keys), pending);
  await registrar.confirm(ticket, { code: code?.reveal() }, from);
}

type Change = Parameters<Ports["store"]["commit"]>[0];

function withoutMessages(change: Change): Change {
  return { ...change, outbox: [] };
}

/** The owner of the addresses follows "this was not me" in every letter that went to them. */
export async function disowns(ports: Ports, ids: ReadonlySet<string>, addresses: readonly string[]): Promise<void> {
  const { registrar } = openHouse({}, { ports });
  for (const id of ids) {
    const stored = await ports.store.find(id);
    // What is over is over: there is nothing left to disown.
    if (stored?.registration.state !== "pending" || stored.registration.expiresAt <= ports.clock.now()) continue;
    if (!addresses.includes(stored.registration.identifier.key)) continue;
    const token = await deriveLinkToken(createKeyring(ports.keys), id, stored.registration.challenge);
    await registrar.disown(token?.reveal(), from);
  }
}

/** The hash of an account becomes one of other parameters than today's. */
export async function outdates(ports: Ports, key: string): Promise<void> {
  const stored = await ports.store.accountByKey(key);
  if (!stored?.password) throw new Error(`${key} has no account with a password.`);
  await ports.store.setPassword(stored.account.id, stored.password.replace("free", "FREE"));
}
