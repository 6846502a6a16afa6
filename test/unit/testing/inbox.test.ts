import { describe, expect, it } from "vitest";
import { memoryMailer } from "../../../src/mailer/memory.js";
import type { Mail } from "../../../src/ports.js";
import { withInbox } from "../../../src/testing/inbox.js";

const about = { channel: "email", to: "ada@example.com", locale: "en", subject: "", text: "", html: "" } as const;
const activation: Mail = {
  ...about,
  id: "1",
  kind: "activation",
  link: "https://app.example/1",
  code: "01",
  expiresAt: 1,
};
const codeOnly: Mail = { ...about, id: "2", kind: "activation", code: "02", expiresAt: 1 };
const notice: Mail = { ...about, id: "3", kind: "activated" };

describe("an inbox", () => {
  it("knows the newest message, link and code of an address", async () => {
    const mailer = withInbox(memoryMailer());
    for (const mail of [activation, codeOnly, notice]) await mailer.send(mail);
    expect(mailer.sent).toHaveLength(3);
    expect(mailer.last(about.to)).toEqual(notice);
    expect(mailer.link(about.to)).toBe("https://app.example/1");
    expect(mailer.code(about.to)).toBe("02");
  });

  it("says who did get a message where somebody did not", async () => {
    const mailer = withInbox(memoryMailer());
    expect(() => mailer.last("eve@example.com")).toThrow("No message went to eve@example.com. Sent so far: nothing.");
    await mailer.send(notice);
    const listed = "Sent so far: activated to ada@example.com.";
    expect(() => mailer.last("ADA@example.com")).toThrow(`No message went to ADA@example.com. ${listed}`);
    expect(() => mailer.link(about.to)).toThrow(`No message with a link went to ada@example.com. ${listed}`);
    expect(() => mailer.code(about.to)).toThrow(`No message with a code went to ada@example.com. ${listed}`);
  });

  it("passes failures on to the messenger, in the order in which they were told", async () => {
    const mailer = withInbox(memoryMailer());
    mailer.failNext(new Error("first"));
    mailer.failNext();
    await expect(mailer.send(notice)).rejects.toThrow("first");
    await expect(mailer.send(notice)).rejects.toThrow("told to fail");
    await mailer.send(notice);
    expect(mailer.sent).toEqual([notice]);
  });
});
