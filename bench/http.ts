import { createHandler } from "../src/http/handler.js";
import { measure, oneByOne, ratio } from "./measure.js";
import { printFigures } from "./table.js";
import { createWorld, newCaller, noLimiter, password } from "./world.js";

const origin = "https://app.example";

type Handle = (request: Request) => Promise<Response>;

/**
 * Prints what a complete sign-up costs through `Request` and `Response`, beside the same calls of the registrar, and
 * beside these calls with the platform's own part: as many requests made and read, as many equal answers made and read.
 */
export async function benchHttp(): Promise<void> {
  const [direct, beside] = [createWorld({ limiter: noLimiter }), createWorld({ limiter: noLimiter })];
  const site = createSite();
  const platform = await createPlatform(site);
  const withPlatform = async () => {
    await beside.signUp();
    await platform();
  };
  for (let person = 0; person < 500; person += 1) {
    await direct.signUp();
    await withPlatform();
    await site.signUp();
  }
  const figures = await measure(
    [
      oneByOne("calls of the registrar", 1, () => direct.signUp()),
      oneByOne("calls, and two of the platform's", 1, withPlatform),
      oneByOne("Request to Response", 1, () => site.signUp()),
    ],
    { rounds: 8, roundMs: 400 },
  );
  printFigures("a complete sign-up by mail, no limiter", figures);
  const [calls, bare, requests] = figures;
  if (calls && bare && requests) {
    const [whole, least] = [ratio(requests, calls), ratio(bare, calls)];
    console.log(
      `\n  Request to Response is ${whole.toFixed(3)} times the calls; ${least.toFixed(3)} with no handler at all,`,
    );
    console.log(`  so that the handler adds ${((whole - least) * 100).toFixed(0)} % of the calls.`);
  }
}

interface Site {
  /** One person from an empty page to an active account, with a browser's headers and its one cookie. */
  signUp(handle?: Handle): Promise<void>;
  readonly handle: Handle;
}

function createSite(): Site {
  const world = createWorld({ limiter: noLimiter });
  let caller = newCaller();
  const ours = createHandler(world.registrar, { caller: () => caller });
  let people = 0;
  return {
    handle: ours,
    async signUp(handle = ours) {
      people += 1;
      caller = newCaller();
      const email = `visitor${people}@example.com`;
      const cookie = await post(handle, "start", { email, password, confirmation: password }, "");
      await world.registrar.deliver();
      await post(handle, "activate", { token: world.newestToken() }, cookie);
    },
  };
}

async function post(handle: Handle, verb: string, body: object, cookie: string): Promise<string> {
  const headers = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", Cookie: cookie };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await handle(new Request(`${origin}/registration/${verb}`, init));
  if (!response.ok) throw new Error(`${verb}: ${await response.text()}`);
  await response.json();
  return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

/** The two requests of a sign-up without any of our code: what they carried, and what was answered, once more. */
async function createPlatform(site: Site): Promise<() => Promise<void>> {
  const said: { readonly request: Request; readonly response: Response }[] = [];
  await site.signUp(async (request) => {
    const copy = request.clone();
    const response = await site.handle(request);
    said.push({ request: copy, response: response.clone() });
    return response;
  });
  const exchanges = await Promise.all(
    said.map(async ({ request, response }) => ({
      verb: request.url.slice(request.url.lastIndexOf("/") + 1),
      body: Object(await request.json()),
      cookie: request.headers.get("cookie") ?? "",
      answer: await response.text(),
      headers: [...response.headers],
    })),
  );
  return async () => {
    for (const { verb, body, cookie, answer, headers } of exchanges) {
      const echo: Handle = async (request) => {
        await request.text();
        return new Response(answer, { headers });
      };
      await post(echo, verb, body, cookie);
    }
  };
}
