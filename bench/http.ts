import { createHandler } from "../src/http/handler.js";
import type { Registrar } from "../src/registrar/registrar.js";
import { measure, oneByOne, ratio } from "./measure.js";
import { printFigures } from "./table.js";
import { createWorld, newCaller, noLimiter, password } from "./world.js";

const origin = "https://app.example";

type Handle = (request: Request) => Promise<Response>;
type Serve = (registrar: Registrar<"email", null>, caller: () => ReturnType<typeof newCaller>) => Handle;

/**
 * Prints what a complete sign-up costs through `Request` and `Response`, beside the same calls of the registrar, and
 * beside the same requests with nothing around the calls: what the platform alone takes to make and read them.
 */
export async function benchHttp(): Promise<void> {
  const direct = createWorld({ limiter: noLimiter });
  const bare = createSite(nothingAround);
  const ours = createSite((registrar, caller) => createHandler(registrar, { caller }));
  for (let person = 0; person < 500; person += 1) {
    await direct.signUp();
    await bare();
    await ours();
  }
  const figures = await measure(
    [
      oneByOne("calls of the registrar", 1, () => direct.signUp()),
      oneByOne("Request to Response, nothing around", 1, bare),
      oneByOne("Request to Response", 1, ours),
    ],
    { rounds: 8, roundMs: 400 },
  );
  printFigures("a complete sign-up by mail, no limiter", figures);
  const [calls, least, requests] = figures;
  if (calls && least && requests) {
    const [whole, platform] = [ratio(requests, calls), ratio(least, calls)];
    console.log(
      `\n  Request to Response is ${whole.toFixed(2)} times the calls, ${platform.toFixed(2)} by the platform alone:`,
    );
    console.log(`  the handler adds ${((whole - platform) * 100).toFixed(0)} % of the calls to it.`);
  }
}

/** The platform's own part and the two calls: no check of type, size, time, origin or shape, no words for a refusal. */
const nothingAround: Serve = (registrar, caller) => async (request) => {
  const fields = Object(await request.json());
  const answer = request.url.endsWith("/start")
    ? await registrar.start(fields, caller())
    : await registrar.activate(fields.token, { ticket: request.headers.get("cookie")?.slice("t=".length) }, caller());
  if (!answer.ok) return new Response(null, { status: 422 });
  const { ticket, ...said } = answer;
  return new Response(JSON.stringify(said), { headers: { "Set-Cookie": `t=${ticket}; HttpOnly` } });
};

/** One person from an empty page to an active account, with a browser's headers and its one cookie. */
function createSite(serve: Serve): () => Promise<void> {
  const world = createWorld({ limiter: noLimiter });
  let caller = newCaller();
  const handle = serve(world.registrar, () => caller);

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
