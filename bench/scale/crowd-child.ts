// Sign-ups by one of several processes that share a database: prints how many there were. Takes its URL and for how long.

import pg from "pg";
import { postgresStore } from "../../src/store/postgres.js";
import { createCrowd } from "../stores/crowd.js";

const [, , url, ms] = process.argv;
const pool = new pg.Pool({ connectionString: url, max: 10 });
const crowd = createCrowd(postgresStore(pool, { prepared: true }));
await crowd.signUp(8, 1_000);
const before = process.cpuUsage();
const { people, micros } = await crowd.signUp(8, Number(ms));
const { user, system } = process.cpuUsage(before);
await crowd.close();
await pool.end();
console.log(JSON.stringify({ people, seconds: (people * micros) / 1_000_000, ownMicros: (user + system) / people }));
