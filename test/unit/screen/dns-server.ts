import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** What a zone says of one name: its records, a code of RFC 1035 section 4.1.1 (2 failed, 3 no such name), or nothing at all. */
export type Zone = Readonly<Record<string, Records | 2 | 3 | "silent">>;

interface Records {
  readonly mx?: readonly string[];
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
}

export interface Dns {
  /** Node's own, which asks this server only. */
  readonly resolver: Resolver;
  /** Each question that arrived, such as `MX example.com`. */
  readonly asked: string[];
}

const types: Readonly<Record<number, "a" | "mx" | "aaaa">> = { 1: "a", 15: "mx", 28: "aaaa" };

/** A name server on loopback, for the life of a test. A name that the zone does not know does not exist. */
export async function openDns(zone: Zone): Promise<Dns> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const asked: string[] = [];
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${(types[type] ?? type).toString().toUpperCase()} ${name}`);
    const said = zone[name] ?? 3;
    if (said === "silent") return;
    socket.send(answer(query.subarray(0, end), said, type), from.port, from.address);
  });
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  onTestFinished(() => {
    resolver.cancel();
    socket.close();
  });
  return { resolver, asked };
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** RFC 1035 section 4.1: the header and the question of the query, then the records of the type that was asked. */
function answer(query: Buffer, said: Records | 2 | 3, type: number): Buffer {
  const kind = types[type];
  const records = typeof said === "number" || kind === undefined ? [] : (said[kind] ?? []);
  const header = Buffer.from(query);
  header.writeUInt16BE(0x8180 | (typeof said === "number" ? said : 0), 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  const rows = records.map((record) => {
    const data = kind === "mx" ? Buffer.concat([Buffer.from([0, 10]), nameOf(record)]) : addressOf(record);
    const head = Buffer.alloc(12);
    // The name is the question's (a pointer to byte 12), the class IN, for a minute.
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, ...rows]);
}

function nameOf(name: string): Buffer {
  const labels = name === "." ? [] : name.split(".");
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

/** Four numbers, or 16 bytes of hex. */
function addressOf(address: string): Buffer {
  return address.includes(".") ? Buffer.from(address.split(".").map(Number)) : Buffer.from(address, "hex");
}
