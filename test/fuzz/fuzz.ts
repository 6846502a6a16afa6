import fc from "fast-check";
import { from, password } from "../property/house.js";
import { act } from "./act.js";
import { type Call, calls } from "./calls.js";
import { Finding, judge } from "./judge.js";
import { oddRequests, send } from "./odd-requests.js";
import { openWorld, type StageName, type World, wholePage } from "./world.js";

/** So many calls meet in one house, one after the other. */
const callsPerWorld = 200;

const steps = fc.array(fc.oneof({ weight: 9, arbitrary: calls }, { weight: 1, arbitrary: oddRequests }), {
  minLength: callsPerWorld,
  maxLength: callsPerWorld,
});

/** Whose good sign-up ends each world: nobody in the corpus has this address. */
const email = "last-of-all@example.com";

/** What a run came to. */
export interface Report {
  readonly calls: number;
  readonly seconds: number;
  readonly seed: number;
  /** How many calls each verb and the handler had, and at which stage. */
  readonly counts: Readonly<Record<string, number>>;
  /** How many calls were wrong by construction, and how many good sign-ups went through between them. */
  readonly certain: number;
  readonly signUps: number;
  /** Undefined where nothing was found; else what, with seed and path to see it again. */
  readonly finding: string | undefined;
}

/**
 * Makes at least so many calls, in houses of their own, two hundred in each; the same seed and path make the same calls.
 */
export async function fuzz(choices: {
  readonly calls: number;
  readonly seed: number;
  readonly path?: string | undefined;
  readonly onProgress?: (calls: number) => void;
}): Promise<Report> {
  const begun = performance.now();
  const counts: Record<string, number> = {};
  const sums = { calls: 0, certain: 0, signUps: 0 };
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const property = fc.asyncProperty(steps, async (chosen) => {
    const world = await openWorld();
    const touched = new Set<StageName>();
    for (const step of chosen) {
      sums.calls += 1;
      world.house.calls.length = 0;
      if ("body" in step) {
        count("odd requests");
        await send(world, step);
        continue;
      }
      count(`${step.way === "call" ? "in process" : "over HTTP"}: ${step.verb}`);
      count(`at stage: ${step.stage}`);
      if (step.certain) sums.certain += 1;
      else touched.add(step.stage);
      await callOnce(world, step);
    }
    await expectUnpoisoned(world, touched);
    sums.signUps += 1;
    choices.onProgress?.(sums.calls);
  });
  const { seed, path } = choices;
  const numRuns = path === undefined ? Math.ceil(choices.calls / callsPerWorld) : 1;
  // A finding names its call: a world that is shrunk says no more, and takes long.
  const run = await fc.check(property, { numRuns, seed, endOnFailure: true, ...(path !== undefined && { path }) });
  const again = `npm run fuzz -- --seed ${seed} --path ${run.counterexamplePath}`;
  const finding = run.failed ? `${String(run.errorInstance)}\n  again: ${again}` : undefined;
  return { ...sums, seconds: (performance.now() - begun) / 1_000, seed, counts, finding };
}

async function callOnce(world: World, call: Call): Promise<void> {
  const stage = await world.stage(call.stage);
  world.house.calls.length = 0;
  const keysBefore = world.keys.size;
  const fields = call.fields.make();
  const outcome = await act(world, call, stage, fields);
  judge(world, { call, stage, fields, keysBefore }, outcome);
  if (world.faults.length > 0) throw new Finding(`the handler's host heard of ${String(world.faults[0])}`, call);
}

/** A good sign-up still works, and whoever was only called at wrongly stands where he stood. */
async function expectUnpoisoned(world: World, touched: ReadonlySet<StageName>): Promise<void> {
  const { registrar, ports } = world.house;
  const { ticket } = await registrar.start(wholePage("email", email), from);
  await registrar.deliver();
  const activated = await registrar.confirm(ticket, { code: ports.mailer.code(email) }, from);
  if (!activated.ok) throw new Finding("a good sign-up does not work any more", activated.problems);
  const signedIn = await registrar.signIn({ identifier: email, password }, from);
  if (!signedIn.ok) throw new Finding("a good sign-in does not work any more", signedIn.problems);
  for (const [name, made] of world.made) {
    if (touched.has(name) || name === "none") continue;
    const stage = await made;
    const { registration } = await registrar.status(stage.ticket, from);
    if (registration.step !== stage.step) throw new Finding(`${name} became ${registration.step}`, name);
    if (name !== "pending" && name !== "texted") continue;
    const confirmed = await registrar.confirm(stage.ticket, { code: stage.code }, from);
    if (!confirmed.ok) throw new Finding(`${name} cannot be confirmed any more`, confirmed.problems);
  }
}
