import type { View, WordedProblem } from "porchlight/client";
import { element } from "./element.js";
import { field, form } from "./form.js";
import type { Site } from "./site.js";

/** Where a message is on its way: its code, another message, another address. Gives what ends its clock. */
export function pending(site: Site, view: View<"pending">, render: (view: View) => void): () => void {
  const { words, client } = site;
  const { identifier, message } = view;
  const isMail = identifier.channel === "email";
  const code = field({ name: "code", label: words.code, autocomplete: "one-time-code", inputmode: "numeric" });
  const said = element("p", { class: "error", role: "alert" });

  async function send(work: () => ReturnType<typeof client.status>): Promise<readonly WordedProblem[]> {
    const reply = await work();
    if (reply.ok || reply.registration?.step !== "pending") {
      if (reply.registration !== undefined) render(reply.registration);
      return reply.ok ? [] : reply.problems;
    }
    return reply.problems;
  }

  const again = element(
    "button",
    {
      type: "button",
      class: "link",
      async onclick() {
        if (again.getAttribute("aria-disabled") === "true") return;
        try {
          said.textContent = (await send(() => client.resend())).map(({ detail }) => detail).join(" ");
        } catch {
          said.textContent = words.offline;
        }
      },
    },
    words.resend,
  );
  // By the server's clock: this one's may be wrong.
  const mayResendAt = Date.now() + (message.resendAt - message.now);
  const tick = (): void => {
    const left = Math.ceil((mayResendAt - Date.now()) / 1_000);
    again.setAttribute("aria-disabled", String(left > 0));
    again.textContent = left > 0 ? words.resendIn(left) : words.resend;
  };
  const clock = setInterval(tick, 1_000);
  tick();

  const change = element(
    "button",
    { type: "button", class: "link", onclick: () => changeAddress(site, view, render) },
    words.change,
  );
  site.show(
    element("h1", { tabindex: "-1" }, isMail ? words.mailTitle : words.smsTitle),
    element("p", {}, isMail ? words.mailText(identifier.masked) : words.smsText(identifier.masked)),
    element("p", { class: "error" }, message.delivery === "failed" ? words.failed : ""),
    element("p", { class: "quiet" }, isMail ? words.mailCode : ""),
    form({
      fields: [code],
      submit: words.confirm,
      offline: words.offline,
      send: () => send(() => client.confirm(code.input.value)),
    }),
    element("p", { class: "quiet" }, isMail ? words.spam : ""),
    said,
    element("p", { class: "row" }, message.resendsLeft > 0 && again, change),
  );
  return () => clearInterval(clock);
}

/** Another address of either channel; mail instead of a phone. */
function changeAddress(site: Site, view: View<"pending">, render: (view: View) => void): void {
  const { words, client } = site;
  const email = field({ name: "email", label: words.email, type: "email", autocomplete: "email" });
  site.show(
    element("h1", { tabindex: "-1" }, words.change),
    form({
      fields: [email],
      submit: words.next,
      offline: words.offline,
      async send() {
        const reply = await client.change({ email: email.input.value });
        if (reply.registration !== undefined && (reply.ok || reply.registration.step !== "pending"))
          render(reply.registration);
        return reply.ok ? [] : reply.problems;
      },
    }),
    element("p", {}, element("button", { type: "button", class: "link", onclick: () => render(view) }, words.back)),
  );
}
