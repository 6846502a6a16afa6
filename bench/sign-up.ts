import { type Figure, measure, oneByOne } from "./measure.js";
import { printFigures } from "./table.js";
import { createWorld, newCaller, noLimiter, password, type World } from "./world.js";

/** Prints what a whole sign-up and a sign-in cost. */
export async function benchSignUp(): Promise<void> {
  const [limited, unlimited] = [createWorld(), createWorld({ limiter: noLimiter })];
  // The engine goes on optimising for some thousand sign-ups.
  for (let person = 0; person < 1_500; person += 1) await limited.signUp();
  const figures = await measure(
    [
      oneByOne("mail sign-up", 1, () => limited.signUp()),
      oneByOne("mail sign-up, no limiter", 1, () => unlimited.signUp()),
    ],
    { rounds: 6, roundMs: 400 },
  );
  printFigures("a complete sign-up by mail: start, deliver, activate by link and ticket", figures);
  printFigures("a sign-in by address and password", await benchSignIn());
}

async function benchSignIn(): Promise<readonly Figure[]> {
  const [limited, unlimited] = [createWorld(), createWorld({ limiter: noLimiter })];
  const identifier = await limited.signUp();
  const hers = await unlimited.signUp();
  let strangers = 0;
  const stranger = () => {
    strangers += 1;
    return `stranger${strangers}@example.com`;
  };
  const refused = async ({ registrar }: World, address: string) => {
    const answer = await registrar.signIn({ identifier: address, password: "not her password" }, newCaller());
    if (answer.ok || answer.problems[0].code !== "credentials_wrong") throw new Error("A stranger was let in.");
  };
  const right = async () => {
    const answer = await limited.registrar.signIn({ identifier, password }, newCaller());
    if (!answer.ok) throw new Error("A right password was refused.");
  };
  return measure(
    [
      oneByOne("right password", 1, right),
      oneByOne("unknown address", 1, () => refused(limited, stranger())),
      // Ten wrong passwords spend the budget of an address, so these two are compared without a limiter.
      oneByOne("wrong password, no limiter", 1, () => refused(unlimited, hers)),
      oneByOne("unknown address, no limiter", 1, () => refused(unlimited, stranger())),
    ],
    { rounds: 6, roundMs: 100 },
  );
}

/** Prints what each of a hundred starts at once costs, beside one at a time: tickets are sealed on the platform's threads. */
export async function benchCrowd(): Promise<void> {
  const { registrar } = createWorld();
  const crowd = 100;
  let people = 0;
  const start = async () => {
    people += 1;
    const fields = { email: `visitor${people}@example.com`, password, confirmation: password };
    const answer = await registrar.start(fields, newCaller());
    if (!answer.ok) throw new Error("A start was refused.");
  };
  const together = {
    name: `start, ${crowd} at once`,
    times: crowd,
    run: () => Promise.all(Array.from({ length: crowd }, start)),
  };
  const figures = await measure([oneByOne("start, one after the other", 1, start), together], {
    rounds: 4,
    roundMs: 150,
  });
  printFigures("a start with all fields", figures);
}
