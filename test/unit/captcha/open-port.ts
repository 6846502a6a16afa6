import { once } from "node:events";
import type { Server } from "node:http";

/** Listens on a free port of loopback. */
export async function openPort(server: Server): Promise<{ readonly port: number; close(): Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    port: address.port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
