import type { View } from "porchlight/client";
import { addressField, type Channel, givenAddress, nothingTyped } from "./address.js";
import { element } from "./element.js";
import { form } from "./form.js";
import type { Site } from "./site.js";

/** Back to the message that waits, or on to the next one. */
export interface Ways {
  back(): void;
  begin(view: View): void;
}

/** Another address: a typo mended, or mail in place of a phone. */
export function changeAddress(site: Site, by: Channel, { back, begin }: Ways): void {
  const { words, client } = site;
  const typed = nothingTyped();
  site.show(
    element("h1", { tabindex: "-1" }, by === "phone" ? words.phoneTitle : words.emailTitle),
    form({
      fields: [addressField(site, by, typed)],
      submit: words.next,
      words,
      async send() {
        const reply = await client.change(givenAddress(by, typed));
        // Refused on a pending page, the form stays, with what is wrong with it.
        if (reply.registration !== undefined && (reply.ok || reply.registration.step !== "pending")) {
          begin(reply.registration);
        }
        return reply.ok ? [] : reply.problems;
      },
    }),
    element("p", {}, element("button", { type: "button", class: "link", onclick: back }, words.back)),
  );
}
