import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { chown, mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A temporary folder in which one server of our own runs, and what becomes of both. */
export interface Premises {
  readonly folder: string;
  /** A folder in it; on a small disk of its own where one was asked for. */
  readonly disk: string;
  /** Runs a program to its end, as the user who runs the server. */
  prepare(program: string, args: readonly string[]): Promise<void>;
  /** Starts the server and waits until `answers` resolves; rejects with the server's own words where it ends before. */
  start(program: string, args: readonly string[], answers: () => Promise<unknown>): Promise<void>;
  /** Sends the server a signal and waits for its end. */
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Takes every free byte of the small disk. */
  fill(): Promise<void>;
  /** Gives them back. */
  relieve(): Promise<void>;
  /** Ends the server and deletes the folder; happens by itself when this process ends, in whatever way it does. */
  remove(): Promise<void>;
}

/** How a private server differs from any other of its kind. */
export interface PrivateOptions {
  /** What the server's configuration calls them: `{ max_connections: "10" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Puts its tables on a disk of this size, to be filled. */
  readonly diskMegabytes?: number;
}

/**
 * Makes the folder; with `diskMegabytes` a disk of that size is mounted in it, which root alone may do.
 *
 * @param users where we are root, the first of these that exists runs the server: database servers refuse root
 */
export async function premises(users: readonly string[], diskMegabytes: number | undefined): Promise<Premises> {
  const folder = await mkdtemp(join(tmpdir(), "porchlight-server-"));
  const keeper = spawn("sh", ["-c", keep, "keeper", folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  keeper.unref();
  keeper.stdin.on("error", () => {});

  const user = process.getuid?.() === 0 ? userAmong(users) : undefined;
  // Temporary files of a server that crashes go with its folder.
  const as = { ...user, cwd: folder, env: { ...process.env, TMPDIR: folder } };
  const [disk, log] = [join(folder, "disk"), join(folder, "log")];
  const ballast = join(disk, "ballast");
  await mkdir(disk);
  if (diskMegabytes !== undefined) await run("mount", ["-t", "tmpfs", "-o", `size=${diskMegabytes}m`, "tmpfs", disk]);
  if (user !== undefined) for (const path of [folder, disk]) await chown(path, user.uid, user.gid);

  let server: ChildProcess | undefined;
  const isUp = () => server?.exitCode === null && server.signalCode === null;

  return {
    folder,
    disk,
    async prepare(program, args) {
      await run(program, args, as);
    },
    async start(program, args, answers) {
      const said = openSync(log, "w");
      server = spawn(program, args, { ...as, stdio: ["ignore", said, said], detached: true });
      closeSync(said);
      server.unref();
      keeper.stdin.write(`${server.pid}\n`);
      const deadline = Date.now() + 30_000;
      while (!(await resolves(answers()))) {
        if (isUp() && Date.now() < deadline) await sleep(20);
        else throw new Error(`${program} does not answer; it said: ${await readFile(log, "utf8")}`);
      }
    },
    async stop(signal) {
      if (server === undefined || !isUp()) return;
      const ended = once(server, "exit");
      server.ref();
      server.kill(signal);
      await ended;
    },
    async fill() {
      const file = await open(ballast, "w");
      while (await resolves(file.write(Buffer.alloc(65_536))));
      await file.close();
    },
    relieve: () => rm(ballast, { force: true }),
    async remove() {
      if (keeper.exitCode !== null) return;
      const ended = once(keeper, "exit");
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}

/** Whether a small disk can be mounted here. */
export function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const mask = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  // capabilities(7): bit 21 is CAP_SYS_ADMIN, which mount(2) asks for.
  return ((BigInt(`0x${mask}`) >> 21n) & 1n) === 1n;
}

// Hears the server's process id whenever it starts, and the end of its input when whoever started it is gone, SIGKILL
// included. It ends no process but one that was started with this folder in its arguments.
const keep = `
trap '' INT TERM HUP
while read -r said; do server=$said; done
runs() { ps -o args= -p "$server" | grep -qF "$1"; }
if runs "$1"; then
  kill -QUIT "$server"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do runs "$1" || break; sleep 0.1; done
  if runs "$1"; then kill -KILL "$server"; sleep 0.1; fi
fi
if mountpoint -q "$1/disk"; then umount "$1/disk" || umount -l "$1/disk"; fi
rm -rf "$1"`;

function userAmong(names: readonly string[]): { readonly uid: number; readonly gid: number } {
  const known = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const wanted of names) {
    const [, , uid, gid] = known.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`None of the users ${names.join(", ")} exists, and a database server does not run as root.`);
}

const resolves = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
