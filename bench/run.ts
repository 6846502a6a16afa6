// Prints what Porchlight costs on this machine. Nothing here passes or fails by its time.

import { availableParallelism, cpus } from "node:os";
import { benchHttp } from "./http.js";
import { benchParts } from "./parts.js";
import { benchSecrets } from "./secrets.js";
import { benchCrowd, benchSignUp } from "./sign-up.js";
import { benchStep } from "./step.js";
import { benchValues } from "./values.js";

const begun = performance.now();
const [cpu] = cpus();
console.log(
  `${cpu?.model.trim()}, ${availableParallelism()} cores; Node.js ${process.version}, V8 ${process.versions.v8}`,
);

await benchStep();
await benchValues();
await benchSecrets();
await benchSignUp();
await benchHttp();
await benchParts();
await benchCrowd();

console.log(`\nAll of it took ${Math.round((performance.now() - begun) / 1_000)} s.`);
