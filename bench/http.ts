import { createHandler } from "../src/http/handler.js";
import { measure, oneByOne, ratio } from "./measure.js";
import { printFigures } from "./table.js";
import { createWorld, newCaller, noLimiter, password } from "./world.js";

const origin = "https://app.example";

/** Prints what a complete sign-up costs through `Request` and `Response`, beside the same calls of the registrar. */
export async function benchHttp(): Promise<void> {
  const direct = createWorld({ limiter: noLimiter });
  const overHttp = createSite();
  for (let person = 0; person < 500; person += 1) {
    await direct.signUp();
    await overHttp();
  }
  const figures = await measure(
    [oneByOne("calls of the registrar", 1, () => direct.signUp()), oneByOne("Request to Response", 1, overHttp)],
    { rounds: 8, roundMs: 400 },
  );
  printFigures("a complete sign-up by mail, no limiter", figures);
  const [calls, requests] = figures;
  if (calls && requests)
    console.log(`\n  Request to Response is ${ratio(requests, calls).toFixed(3)} times the calls.`);
}

/** One person from an empty page to an active account, with a browser's headers and its one cookie. */
function createSite(): () => Promise<void> {
  const world = createWorld({ limiter: noLimiter });
  let caller = newCaller();
  const handle = createHandler(world.registrar, { caller: () => caller });

  async function post(verb: string, body: object, cookie: string): Promise<string> {
    const headers = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", Cookie: cookie };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await handle(new Request(`${origin}/registration/${verb}`, init));
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`);
    await response.json();
    return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  }

  let people = 0;
  return async () => {
    people += 1;
    caller = newCaller();
    const email = `visitor${people}@example.com`;
    const cookie = await post("start", { email, password, confirmation: password }, "");
    await world.registrar.deliver();
    await post("activate", { token: world.newestToken() }, cookie);
  };
}
