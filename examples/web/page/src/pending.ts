import type { Page, Reply, View } from "porchlight/client";
import type { Channel } from "./address.js";
import { changeAddress } from "./change.js";
import { element } from "./element.js";
import { field, form } from "./form.js";
import type { Site } from "./site.js";

/** A page that a newer state of the same message is written into, so that nobody's typing is lost. */
export interface PendingPage {
  update(view: View<"pending">): void;
  /** Stops its count-down. */
  end(): void;
}

/** Where what is heard goes: into the page that is there, or to a new one. */
export interface Heard {
  heard(view: View): void;
  begin(view: View): void;
}

/** A message is on its way: its code, another message, another address. */
export function pending(site: Site, first: View<"pending">, { heard, begin }: Heard): PendingPage {
  const { words, client } = site;
  const { identifier } = first;
  const isMail = identifier.channel === "email";
  const title = element("h1", { tabindex: "-1" });
  const failed = element("p", { class: "error notice", role: "alert" });
  const sent = [
    element("p", {}, isMail ? words.mailText(identifier.masked) : words.smsText(identifier.masked)),
    ...(isMail ? [element("p", { class: "quiet" }, words.spam)] : []),
  ];
  const said = element("p", { class: "quiet", role: "status" });
  const wrong = element("p", { class: "error", role: "alert" });
  const code = field({ name: "code", label: words.code, autocomplete: "one-time-code", inputmode: "numeric" });

  const again = choice("", resend);
  async function resend(): Promise<void> {
    if (again.getAttribute("aria-disabled") === "true") return;
    again.setAttribute("aria-disabled", "true");
    const reply = await ask(client.resend);
    if (reply?.ok) said.textContent = isMail ? words.mailAgain : words.smsAgain;
    tick();
  }

  /** Says what is wrong, and shows what was heard. */
  async function ask(verb: () => Promise<Reply<Page>>): Promise<Reply<Page> | undefined> {
    for (const one of [said, wrong]) one.textContent = "";
    const reply = await verb().catch(() => undefined);
    if (reply === undefined) wrong.textContent = words.offline;
    else if (!reply.ok) wrong.textContent = reply.problems.map(({ detail }) => detail).join(" ");
    if (reply?.registration !== undefined) heard(reply.registration);
    return reply;
  }

  let mayResendAt = 0;
  function tick(): void {
    const left = Math.ceil((mayResendAt - Date.now()) / 1_000);
    again.setAttribute("aria-disabled", String(left > 0));
    again.textContent = left > 0 ? words.resendIn(left) : words.resend;
  }

  function update({ message }: View<"pending">): void {
    const isFailed = message.delivery === "failed";
    title.textContent = isFailed ? words.failedTitle : isMail ? words.mailTitle : words.smsTitle;
    failed.textContent = isFailed ? words.failed : "";
    for (const one of sent) one.hidden = isFailed;
    // By the server's clock: this one's may be wrong.
    mayResendAt = Date.now() + (message.resendAt - message.now);
    again.hidden = message.resendsLeft === 0;
    tick();
  }

  const change = (by: Channel, label: string) =>
    element(
      "button",
      { type: "button", class: "link", onclick: () => changeAddress(site, by, { back, begin }) },
      label,
    );
  const parts = [
    title,
    failed,
    ...sent,
    form({
      fields: [code],
      submit: words.confirm,
      words,
      lead: isMail ? words.mailCode : "",
      async send() {
        const reply = await client.confirm(code.input.value);
        if (reply.registration !== undefined) heard(reply.registration);
        return reply.ok ? [] : reply.problems;
      },
    }),
    said,
    wrong,
    element(
      "div",
      { class: "choices" },
      again,
      isMail ? change("email", words.changeEmail) : change("phone", words.changePhone),
      isMail ? change("phone", words.phoneInstead) : change("email", words.emailInstead),
      choice(words.cancel, () => ask(client.cancel)),
    ),
  ];
  const back = (): void => site.show(...parts);

  update(first);
  const clock = setInterval(tick, 1_000);
  back();
  return { update, end: () => clearInterval(clock) };
}

const choice = (label: string, onclick: () => void): HTMLElement =>
  element("button", { type: "button", class: "link", onclick }, label);
