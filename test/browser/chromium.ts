import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env.PORCHLIGHT_CHROMIUM || "/usr/bin/chromium";

/** Whether there is a Chromium to look through, as of Debian's package. */
export const hasChromium: boolean = existsSync(executablePath);

/** A browser that asks nobody but the pages it opens. */
export function openChromium(): Promise<Browser> {
  const quiet = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}
