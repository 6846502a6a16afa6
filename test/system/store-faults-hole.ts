import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { portOf } from "./port.js";

/** A network that loses connections and never says so: no reset, not even when it works again. */
export interface Hole {
  readonly port: number;
  /** Whoever is connected hears nothing any more, for ever, and so does whoever connects from now on. */
  open(): void;
  /** New connections pass again; the lost ones stay lost. */
  close(): void;
  /** Ends it, with every connection. */
  remove(): Promise<void>;
}

export async function hole(targetPort: number): Promise<Hole> {
  const sockets = new Set<Socket>();
  let isOpen = false;
  const listener = createServer((client) => {
    const server = createConnection({ host: "127.0.0.1", port: targetPort });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    if (isOpen) client.resume();
    else client.pipe(server).pipe(client);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    port: portOf(listener),
    open() {
      isOpen = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    close() {
      isOpen = false;
    },
    async remove() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, "close");
    },
  };
}
