// A process of its own for a test: what it is comes as its argument, what it does as messages; it ends with its parent.
import { type HouseOptions, openHouse } from "./worker-house.js";
import { type Reply, type Request, workerJobs } from "./worker-jobs.js";

const options: HouseOptions = JSON.parse(process.argv[2] ?? "null");
const house = openHouse(options);
const jobs = workerJobs(house, options.name);
const reply = (said: Reply) => process.send?.(JSON.stringify(said));

process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  const { id, job, input }: Request = JSON.parse(String(message));
  try {
    reply({ id, output: await Reflect.apply(jobs[job], jobs, [input]) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? `${error.stack}` : String(error) });
  }
});
reply({ id: 0, output: null });
