import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./port.js";

/** A bad network before a good server. A verb takes the place of the one before, and holds once it has resolved. */
export interface TcpProxy {
  readonly port: number;
  /** How many bytes were lost so far: what to wait for before the next verb. */
  readonly swallowed: number;
  /** Every byte goes through, on new connections and on those that lost none; the others are cut. */
  pass(): Promise<void>;
  /** Every chunk waits so long, either way: a round trip takes twice as long. */
  delay(milliseconds: number): Promise<void>;
  /** Connections are accepted and bytes are read; nothing arrives on either side. */
  swallow(): Promise<void>;
  /** Requests arrive and are obeyed, their answers are lost: the commit is done and nobody learns of it. */
  swallowAnswers(): Promise<void>;
  /** So many more bytes go through, both ways and all connections together; then {@link cut}, and new ones pass. */
  cutAfter(bytes: number): Promise<void>;
  /** Nobody listens any more: ECONNREFUSED. Connections that are open go on, unless they are {@link cut}. */
  refuse(): Promise<void>;
  /** Resets every connection, once; what holds for new ones holds on. */
  cut(): void;
  close(): Promise<void>;
}

type Fault =
  | { readonly kind: "none" | "refuse" | "swallow" | "swallow answers" }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "cut after"; bytes: number };

/**
 * Listens on a free loopback port and hands every connection on to another one.
 *
 * @example
 * ```ts
 * const proxy = await tcpProxy(5432);
 * const pool = new pg.Pool({ connectionString: withPort(database().url, proxy.port) });
 * await proxy.swallowAnswers();
 * ```
 */
export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  let fault: Fault = { kind: "none" };
  let swallowed = 0;
  const pairs = new Set<{ readonly sockets: readonly Socket[]; lost: boolean }>();

  const listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = createConnection({ host: "127.0.0.1", port: targetPort, noDelay: true, allowHalfOpen: true });
    const pair = { sockets: [client, server], lost: false };
    /** One chunk after the other: each meets the fault that holds when its turn comes, and none overtakes. */
    const carry = async (from: Socket, to: Socket) => {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        if (fault.kind === "delay") await sleep(fault.milliseconds);
        if (fault.kind === "swallow" || (fault.kind === "swallow answers" && from === server)) {
          pair.lost = true;
          swallowed += chunk.length;
        } else if (fault.kind === "cut after" && chunk.length >= fault.bytes) {
          to.write(chunk.subarray(0, fault.bytes), () => {
            fault = { kind: "none" };
            cut();
          });
          fault.bytes = 0;
        } else {
          if (fault.kind === "cut after") fault.bytes -= chunk.length;
          to.write(chunk);
        }
      }
      to.end();
    };
    const end = () => {
      for (const socket of pair.sockets) socket.resetAndDestroy();
      pairs.delete(pair);
    };
    for (const socket of pair.sockets) socket.on("error", end);
    pairs.add(pair);
    Promise.all([carry(client, server), carry(server, client)]).then(() => pairs.delete(pair), end);
  });

  const cut = (chosen: (pair: { readonly lost: boolean }) => boolean = () => true) => {
    for (const { sockets } of [...pairs].filter(chosen)) for (const socket of sockets) socket.resetAndDestroy();
  };
  const port = await freePort();
  const listen = () => once(listener.listen(port, "127.0.0.1"), "listening");
  await listen();

  const become = async (next: Fault) => {
    fault = next;
    // What follows lost bytes would make no sense to anybody.
    if (next.kind !== "swallow") cut(({ lost }) => lost);
    if (next.kind === "refuse") listener.close();
    else if (!listener.listening) await listen();
  };

  return {
    port,
    get swallowed() {
      return swallowed;
    },
    pass: () => become({ kind: "none" }),
    delay: (milliseconds) => become({ kind: "delay", milliseconds }),
    swallow: () => become({ kind: "swallow" }),
    swallowAnswers: () => become({ kind: "swallow answers" }),
    cutAfter: (bytes) => become({ kind: "cut after", bytes }),
    refuse: () => become({ kind: "refuse" }),
    cut: () => cut(),
    async close() {
      await become({ kind: "refuse" });
      cut();
    },
  };
}
