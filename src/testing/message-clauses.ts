import { PorchlightError } from "../errors.js";
import type { Mail, Sms } from "../ports.js";
import type { Clause } from "./clause.js";
import { expectEqual, expectThat, expectThrown } from "./expect.js";

/** A message as the person reads it; a text message has no subject and no HTML. */
export interface Received {
  readonly to: string;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly html?: string | undefined;
}

/** A mailer or texter with the means to stand in for its provider. */
export interface MessengerUnderTest<Message> {
  send(message: Message): Promise<void>;
  /** What the provider accepted, oldest first, as the person reads it. */
  received(): Promise<readonly Received[]>;
  /** What the provider answers to the next message: refused for good, slow down, or nothing at all. */
  failNext(how: "undeliverable" | "rate_limited" | "down"): Promise<void>;
}

/** What both kinds of messenger promise, told with the messages that `write` makes. */
export function messageClauses<Message extends Mail | Sms>(
  write: (text: string) => Message,
): readonly Clause<MessengerUnderTest<Message>>[] {
  const message = write("01234567 您的验证码\nhttps://app.example/activate#t=abc_-123");
  const codeOf = (thrown: unknown): string | undefined => (thrown instanceof PorchlightError ? thrown.code : undefined);
  return [
    {
      promise: "a message that is accepted arrives once, as it was written",
      async check(make) {
        const messenger = await make();
        await messenger.send(message);
        const written = message.channel === "email" ? { subject: message.subject, html: message.html } : {};
        expectEqual(await messenger.received(), [{ to: message.to, text: message.text, ...written }], "what arrived");
      },
    },
    {
      promise: "messages arrive in the order in which they are sent",
      async check(make) {
        const messenger = await make();
        const texts = ["first", "second", "third"];
        for (const text of texts) await messenger.send(write(text));
        expectEqual(
          (await messenger.received()).map(({ text }) => text),
          texts,
          "the order",
        );
      },
    },
    {
      promise: "a recipient refused for good throws ERR_UNDELIVERABLE, and nothing arrives",
      async check(make) {
        const messenger = await make();
        await messenger.failNext("undeliverable");
        const thrown = await expectThrown(() => messenger.send(message), "send");
        expectEqual(codeOf(thrown), "ERR_UNDELIVERABLE", "the code");
        expectEqual(await messenger.received(), [], "what arrived");
      },
    },
    {
      promise: "a provider that asks to slow down throws ERR_RATE_LIMITED, and nothing arrives",
      async check(make) {
        const messenger = await make();
        await messenger.failNext("rate_limited");
        const thrown = await expectThrown(() => messenger.send(message), "send");
        expectEqual(codeOf(thrown), "ERR_RATE_LIMITED", "the code");
        expectEqual(await messenger.received(), [], "what arrived");
      },
    },
    {
      promise: "any other failure throws something that is tried again, and the next try arrives",
      async check(make) {
        const messenger = await make();
        await messenger.failNext("down");
        const code = codeOf(await expectThrown(() => messenger.send(message), "send"));
        expectThat(code !== "ERR_UNDELIVERABLE" && code !== "ERR_RATE_LIMITED", `an outage was called ${code}`);
        await messenger.send(message);
        expectEqual((await messenger.received()).length, 1, "how many arrived");
      },
    },
  ];
}
