import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Words } from "../../examples/web/page/src/words.js";
import { codeTo, fillIn, linkTo, password, signUp, type Visitor } from "./visitor.js";
import type { WebSite } from "./web-site.js";

/** A state of the site, and the page that shows it. */
export interface Stop {
  readonly state: string;
  readonly page: Page;
}

/** Every state that a visitor can come to, one after another. `arrive` brings somebody new, in the language of `words`. */
export async function* tour(site: WebSite, words: Words, arrive: () => Promise<Visitor>): AsyncGenerator<Stop> {
  yield* form(site, words, await arrive());
  yield* byMail(site, words, arrive);
  yield* byPhone(site, words, await arrive());
  yield* endings(site, words, arrive);
}

async function* form(_: WebSite, words: Words, { page }: Visitor): AsyncGenerator<Stop> {
  await heading(page, words.signUp);
  yield { state: "sign-up", page };
  await country(page, words).fill("U");
  yield { state: "sign-up-countries", page };
  await country(page, words).fill("United K");
  await country(page, words).press("Enter");
  await fillIn(page, { phone: "07400 123461" }, words);
  await page.getByText("+447400123461").waitFor();
  yield { state: "sign-up-filled", page };
  await page.getByRole("button", { name: words.byEmail }).click();
  await page.getByLabel(words.email).fill("ada@gmial.com");
  await page.getByRole("button", { name: words.didYouMean("ada@gmail.com") }).waitFor();
  yield { state: "sign-up-suggestion", page };
  await page.getByLabel(words.email).fill("ada@example");
  await page.getByLabel(words.password, { exact: true }).fill("short");
  await page.getByRole("button", { name: words.show }).first().click();
  await press(page, words.next);
  await page.locator("#password-error:not(:empty)").waitFor();
  yield { state: "sign-up-problems", page };
  await page.getByRole("link", { name: words.signIn }).click();
  await heading(page, words.signIn);
  yield { state: "sign-in", page };
  await page.getByLabel(words.identifier).fill("nobody@example.com");
  await page.getByLabel(words.password, { exact: true }).fill(password);
  await press(page, words.signIn);
  await page.locator(".error:not(:empty)").first().waitFor();
  yield { state: "sign-in-refused", page };
}

async function* byMail(site: WebSite, words: Words, arrive: () => Promise<Visitor>): AsyncGenerator<Stop> {
  const { page } = await arrive();
  await signUp(page, { email: "ada@example.com" }, words);
  await heading(page, words.mailTitle);
  yield { state: "pending-mail", page };
  await page.getByLabel(words.code).fill("not a code");
  await press(page, words.confirm);
  await page.locator("#code-error:not(:empty)").waitFor();
  yield { state: "pending-wrong-code", page };
  await page.getByRole("button", { name: words.changeEmail }).click();
  await heading(page, words.emailTitle);
  yield { state: "change-email", page };
  await page.getByRole("button", { name: words.back }).click();

  const link = await linkTo(site, "ada@example.com");
  const { page: elsewhere } = await arrive();
  await elsewhere.goto(link);
  await elsewhere.getByLabel(words.password, { exact: true }).waitFor();
  yield { state: "link-elsewhere", page: elsewhere };
  await page.goto(link);
  await heading(page, words.activate);
  yield { state: "link", page };
  await press(page, words.activate);
  await heading(page, words.active);
  yield { state: "active", page };
  await page.getByRole("link", { name: words.toAccount }).click();
  await heading(page, words.account);
  yield { state: "account", page };
  await elsewhere.reload();
  await heading(elsewhere, words.linkUsedTitle);
  yield { state: "link-used", page: elsewhere };
  await elsewhere.goto(`${site.origin}/activate#t=nothing`);
  await heading(elsewhere, words.linkDeadTitle);
  yield { state: "link-dead", page: elsewhere };
  await elsewhere.goto(`${site.origin}/outbox`);
  yield { state: "outbox", page: elsewhere };
}

async function* byPhone(site: WebSite, words: Words, { page }: Visitor): AsyncGenerator<Stop> {
  await heading(page, words.signUp);
  await country(page, words).fill("GB");
  await country(page, words).press("Enter");
  await signUp(page, { phone: "07400 123461" }, words);
  await heading(page, words.smsTitle);
  yield { state: "pending-sms", page };
  site.advance(61_000);
  await page.reload();
  await page.getByRole("button", { name: words.resend, exact: true }).click();
  await page.getByText(words.smsAgain).waitFor();
  yield { state: "pending-again", page };
  await page.getByRole("button", { name: words.emailInstead }).click();
  await heading(page, words.emailTitle);
  await page.getByRole("button", { name: words.back }).click();
  await page.getByRole("button", { name: words.changePhone }).click();
  await heading(page, words.phoneTitle);
  yield { state: "change-phone", page };
  await page.getByRole("button", { name: words.back }).click();
  await page.getByLabel(words.code).fill(await codeTo(site, "+447400123461"));
  await press(page, words.confirm);
  await heading(page, words.active);
}

async function* endings(site: WebSite, words: Words, arrive: () => Promise<Visitor>): AsyncGenerator<Stop> {
  const { page: undelivered } = await arrive();
  await signUp(undelivered, { email: "gone@example.com" }, words);
  await undelivered.getByText(words.failed).waitFor();
  yield { state: "pending-failed", page: undelivered };

  const { page: first } = await arrive();
  await signUp(first, { email: "eve@example.com" }, words);
  await heading(first, words.mailTitle);
  const { page: stranger } = await arrive();
  await stranger.goto(await linkTo(site, "eve@example.com"));
  await stranger.getByRole("button", { name: words.notMe }).click();
  await heading(stranger, words.notMe);
  yield { state: "disowned", page: stranger };
  await first.getByRole("button", { name: words.cancel }).click();
  await heading(first, words.closed);
  yield { state: "closed", page: first };

  const { page: lost } = await arrive();
  await lost.route("**/registration/*", (route) => route.abort());
  await lost.reload();
  await heading(lost, words.offlineTitle);
  yield { state: "offline", page: lost };
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await wait(50);
}

const country = (page: Page, words: Words) => page.getByRole("combobox", { name: words.country });
const press = (page: Page, name: string): Promise<void> => page.getByRole("button", { name, exact: true }).click();
