import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const source = (path: string) => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^porchlight\/client$/, replacement: source("client.ts") },
      { find: /^porchlight\/values\/phone$/, replacement: source("values/phone.ts") },
      { find: /^porchlight\/values\/suggest-email$/, replacement: source("values/suggest-email.ts") },
    ],
  },
  // The policy of the site lets nothing in that is not a file of its own.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
  worker: { format: "es" },
});
