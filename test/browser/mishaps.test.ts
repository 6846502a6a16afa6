import { createTransport } from "nodemailer";
import { PorchlightError } from "porchlight";
import { nodemailerMailer } from "porchlight/mailer/nodemailer";
import { describe, expect, it, onTestFinished } from "vitest";
import { english } from "../../examples/web/page/src/words-en.js";
import { freshPostgres } from "../system/fresh-postgres.js";
import { startMailServer } from "../system/mail-server.js";
import { freePort } from "../system/port.js";
import { postgresUrl } from "../system/server-urls.js";
import { hasChromium } from "./chromium.js";
import { inChromium } from "./in-chromium.js";
import { codeTo, fillIn, linkTo, password, signUp } from "./visitor.js";

const minute = 60_000;
const hour = 60 * minute;
const email = "ada@example.com";

describe.skipIf(!hasChromium)("the reference app when something goes wrong", () => {
  const { open, arrive } = inChromium();

  it("goes on after back, reload and a double click at each step", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    const title = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
    await page.goto(`${site.origin}/sign-in`);
    await page.getByRole("link", { name: english.signUp }).click();
    await title(english.signUp);
    await page.reload();
    await fillIn(page, { email });
    await page.getByRole("button", { name: english.next }).dblclick();
    await title(english.mailTitle);
    await linkTo(site, email);
    await page.goBack();
    await title(english.signIn);
    await page.goForward();
    await title(english.mailTitle);
    site.advance(61_000);
    await page.reload();
    await page.getByRole("button", { name: english.resend, exact: true }).dblclick();
    await page.getByText(english.mailAgain).waitFor();
    await site.registrar.deliver();
    expect(site.outbox.sent).toHaveLength(2);

    await page.goto(await linkTo(site, email));
    await title(english.activate);
    await page.reload();
    await title(english.activate);
    await page.goBack();
    await title(english.mailTitle);
    await page.goForward();
    await title(english.activate);
    await page.getByRole("button", { name: english.activate }).dblclick();
    await title(english.active);
    await page.reload();
    await title(english.active);
    await page.goBack();
    await title(english.active);
    await page.getByRole("link", { name: english.toAccount }).click();
    await title(english.account);
    await page.reload();
    await title(english.account);
    await page.getByRole("button", { name: english.signOut }).dblclick();
    await title(english.signIn);
    await page.goBack();
    await title(english.signIn);
    expect(wrong).toEqual([]);
  });

  it("asks for a new captcha where the old one is refused, and keeps what was typed", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    await fillIn(page, { email });
    await page.locator('altcha-widget input[type="checkbox"]:checked').waitFor();
    site.advance(6 * minute);
    await page.getByRole("button", { name: english.next }).click();
    await page.locator("form > .error:not(:empty)").waitFor();
    expect(await page.getByLabel(english.email).inputValue()).toBe(email);
    expect(await page.getByLabel(english.confirmation).inputValue()).toBe(password);
    await page.getByRole("button", { name: english.next }).click();
    await page.getByRole("heading", { name: english.mailTitle }).waitFor();
    expect(wrong).toEqual([]);
  });

  it("refuses a code that is too old, and takes the next one", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    await signUp(page, { email });
    await page.getByRole("heading", { name: english.mailTitle }).waitFor();
    const enter = async (code: string) => {
      await page.getByLabel(english.code).fill(code);
      await page.getByRole("button", { name: english.confirm }).click();
    };
    const old = await codeTo(site, email);
    site.advance(9 * hour);
    await enter(old);
    await page.locator("#code-error:not(:empty)").waitFor();
    await page.reload();
    await page.getByRole("button", { name: english.resend, exact: true }).click();
    await page.getByText(english.mailAgain).waitFor();
    await expect.poll(() => site.outbox.sent.length).toBe(2);
    await enter(await codeTo(site, email));
    await page.getByRole("heading", { name: english.active }).waitFor();
    expect(wrong).toEqual([]);
  });

  it("turns from a phone to a mail on the page that waits, and the text message opens nothing any more", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    await signUp(page, { phone: "07400 123461" });
    await page.getByRole("heading", { name: english.smsTitle }).waitFor();
    const texted = await codeTo(site, "+447400123461");
    await page.getByRole("button", { name: english.emailInstead }).click();
    await page.getByLabel(english.email).fill(email);
    await page.getByRole("button", { name: english.next }).click();
    await page.getByRole("heading", { name: english.mailTitle }).waitFor();
    await page.getByLabel(english.code).fill(texted);
    await page.getByRole("button", { name: english.confirm }).click();
    await page.locator("#code-error:not(:empty)").waitFor();
    await page.getByLabel(english.code).fill(await codeTo(site, email));
    await page.getByRole("button", { name: english.confirm }).click();
    await page.getByRole("heading", { name: english.active }).waitFor();
    expect(wrong).toEqual([]);
  });

  it("keeps what was typed while there is no connection, and sends it once there is", async () => {
    const site = await open();
    const { page, context } = await arrive(site);
    await fillIn(page, { email });
    await page.locator('altcha-widget input[type="checkbox"]:checked').waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: english.next }).click();
    await page.getByText(english.offline).waitFor();
    await context.setOffline(false);
    await page.getByRole("button", { name: english.next }).click();
    await page.getByRole("heading", { name: english.mailTitle }).waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: english.cancel }).click();
    await page.getByText(english.offline).waitFor();
    await context.setOffline(false);
    await page.getByRole("button", { name: english.cancel }).click();
    await page.getByRole("heading", { name: english.closed }).waitFor();
    await page.getByRole("button", { name: english.again }).click();
    await page.getByRole("heading", { name: english.signUp }).waitFor();
  });

  it("writes a half-typed code nowhere else, whatever becomes of the message meanwhile", async () => {
    let bounce: () => void = () => undefined;
    const refused = new Promise<never>((_, reject) => {
      bounce = () => reject(new PorchlightError("ERR_UNDELIVERABLE"));
    });
    const site = await open({ mailer: { send: () => refused } });
    const { page, wrong } = await arrive(site);
    await signUp(page, { email });
    await page.getByRole("heading", { name: english.mailTitle }).waitFor();
    await page.getByLabel(english.code).fill("123");
    bounce();
    await page.getByText(english.failed).waitFor();
    await page.getByRole("heading", { name: english.failedTitle }).waitFor();
    expect(await page.getByLabel(english.code).inputValue()).toBe("123");
    expect(await page.locator(":focus").getAttribute("id")).toBe("code");
    expect(wrong).toEqual([]);
  });

  it.skipIf(postgresUrl === undefined)(
    "waits with a resend while the mail server is down, on PostgreSQL, and the mail comes later",
    async () => {
      const { pool, drop } = await freshPostgres();
      onTestFinished(drop);
      const port = await freePort();
      const transport = createTransport({ host: "127.0.0.1", port });
      const site = await open({
        database: pool,
        mailer: nodemailerMailer(transport, { from: "Example <no-reply@app.example>" }),
      });
      const { page, wrong } = await arrive(site);
      await signUp(page, { email });
      await page.getByRole("heading", { name: english.mailTitle }).waitFor();
      site.advance(61_000);
      await page.reload();
      await page.getByRole("button", { name: english.resend, exact: true }).click();
      await page.getByText(english.mailAgain).waitFor();

      const server = await startMailServer(port);
      onTestFinished(() => server.close());
      site.advance(2 * minute);
      await expect.poll(() => site.registrar.deliver().then(() => server.arrivals.length)).toBe(1);
      const { mail } = server.newest();
      expect(mail.to).toEqual([{ name: "", address: email }]);
      const link = /http:\S+#t=\S+/.exec(mail.text ?? "")?.[0] ?? "";
      await page.goto(link);
      await page.getByRole("button", { name: english.activate }).click();
      await page.getByRole("heading", { name: english.active }).waitFor();
      expect(wrong).toEqual([]);
    },
  );
});
