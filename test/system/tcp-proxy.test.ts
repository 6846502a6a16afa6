import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { portOf } from "./port.js";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.js";

describe("a TCP proxy", () => {
  /** Answers whatever it hears twice over. */
  let server: Server;
  let served: string;
  let proxy: TcpProxy;
  let clients: Client[];

  beforeEach(async () => {
    served = "";
    clients = [];
    server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        served += chunk;
        socket.write(`${chunk}${chunk}`);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    proxy = await tcpProxy(portOf(server));
  });

  afterEach(async () => {
    for (const { socket } of clients) socket.destroy();
    await proxy.close();
    server.close();
    await once(server, "close");
  });

  const call = async (): Promise<Client> => {
    const client = await connect(proxy.port);
    clients.push(client);
    return client;
  };

  it("passes bytes both ways, on many connections at once", async () => {
    const callers = await Promise.all(Array.from({ length: 20 }, call));
    for (const [index, { socket }] of callers.entries()) socket.write(`<${index}>`);
    for (const [index, { heard }] of callers.entries()) await expect.poll(heard).toBe(`<${index}><${index}>`);
  });

  it("passes the end of a conversation on", async () => {
    const client = await call();
    client.socket.end("a");
    expect(await client.end).toBe("end");
    expect(client.heard()).toBe("aa");
  });

  it("delays both ways, and keeps the order when the delay ends in between", async () => {
    const client = await call();
    await proxy.delay(100);
    const began = performance.now();
    client.socket.write("slow,");
    await expect.poll(client.heard).toBe("slow,slow,");
    expect(performance.now() - began).toBeGreaterThanOrEqual(195);
    client.socket.write("slow,");
    await new Promise(setImmediate);
    await proxy.pass();
    client.socket.write("quick,");
    await expect.poll(() => served).toBe("slow,slow,quick,");
  });

  it("cuts every connection, and new ones pass", async () => {
    const before = [await call(), await call()];
    proxy.cut();
    expect(await Promise.all(before.map(({ end }) => end))).toEqual(["ECONNRESET", "ECONNRESET"]);
    await passes(await call());
  });

  it("refuses new connections, leaves open ones alone, and listens again on the same port", async () => {
    const before = await call();
    await passes(before);
    await proxy.refuse();
    await expect(call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await passes(before);
    await proxy.pass();
    await passes(await call());
  });

  it("swallows what is said, and cuts those who lost bytes once it passes again", async () => {
    const silent = await call();
    const early = await call();
    await proxy.swallow();
    const late = await call();
    early.socket.write("lost");
    late.socket.write("too");
    await expect.poll(() => proxy.swallowed).toBe("losttoo".length);
    await proxy.pass();
    expect([await early.end, await late.end]).toEqual(["ECONNRESET", "ECONNRESET"]);
    await passes(silent);
    expect(served).not.toContain("lost");
  });

  it("swallows answers only: the server heard what nobody learns of", async () => {
    const client = await call();
    await proxy.swallowAnswers();
    client.socket.write("commit");
    await expect.poll(() => proxy.swallowed).toBe("commitcommit".length);
    await proxy.pass();
    expect(await client.end).toBe("ECONNRESET");
    expect([served, client.heard()]).toEqual(["commit", ""]);
  });

  it("cuts after so many bytes, in the middle of a request", async () => {
    const client = await call();
    await passes(client);
    await proxy.cutAfter(2);
    client.socket.write("hello");
    expect(await client.end).toBe("ECONNRESET");
    await expect.poll(() => served).toBe("pinghe");
    await passes(await call());
  });

  it("cuts after so many bytes, in the middle of an answer", async () => {
    const client = await call();
    await passes(client);
    await proxy.cutAfter("hello".length + 3);
    client.socket.write("hello");
    await client.end;
    expect([served, client.heard()]).toEqual(["pinghello", "pingpinghel"]);
    await passes(await call());
  });

  it("resets its callers where the server is gone", async () => {
    const nobody = await tcpProxy(1);
    const client = await connect(nobody.port);
    expect(await client.end).toBe("ECONNRESET");
    await nobody.close();
  });
});

interface Client {
  readonly socket: Socket;
  readonly heard: () => string;
  /** `"end"`, or the code of the error that ended it. */
  readonly end: Promise<string>;
}

async function connect(port: number): Promise<Client> {
  const socket = createConnection({ host: "127.0.0.1", port });
  await once(socket, "connect");
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk;
  });
  const end = new Promise<string>((resolve) => {
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    socket.on("end", () => resolve("end"));
  });
  return { socket, heard: () => heard, end };
}

async function passes({ socket, heard }: Client): Promise<void> {
  const before = heard();
  socket.write("ping");
  await expect.poll(heard).toBe(`${before}pingping`);
}
