import type { AddressFields } from "porchlight/client";
import { suggestEmail } from "porchlight/values/suggest-email";
import { countryPicker, likelyCountry } from "./country-picker.js";
import { element } from "./element.js";
import { type Field, field } from "./form.js";
import type { Site } from "./site.js";

export type Channel = "phone" | "email";

/** An address as it is being typed; it outlives a change of language or of channel. */
export interface Typed {
  phone: string;
  email: string;
  country: string;
}

export const nothingTyped = (): Typed => ({ phone: "", email: "", country: "" });

/** The field of one channel, which writes into `typed`. */
export function addressField(site: Site, by: Channel, typed: Typed): Field {
  return by === "phone" ? phoneField(site, typed) : emailField(site, typed);
}

export function givenAddress(by: Channel, { phone, country, email }: Typed): AddressFields {
  return by === "phone" ? { phone, country } : { email };
}

/** Somebody who pauses has typed what they meant to; until then every ending is wrong. */
const pauseMs = 500;

/** The address; below it, where the domain of a great provider looks mistyped, what was probably meant. */
function emailField({ words }: Site, typed: Typed): Field {
  const meant = element("span", { role: "status" });
  const made = field({
    name: "email",
    label: words.email,
    type: "email",
    autocomplete: "email",
    hint: meant,
    value: typed.email,
  });
  let pause: number | undefined;

  function look(): void {
    const suggestion = suggestEmail(typed.email);
    if (suggestion === undefined) return;
    const question = words.didYouMean(suggestion);
    meant.replaceChildren(
      element("button", { type: "button", class: "link", onclick: () => fill(suggestion) }, question),
    );
  }

  function fill(address: string): void {
    typed.email = address;
    made.input.value = address;
    meant.replaceChildren();
    made.input.focus();
  }

  made.input.addEventListener("input", () => {
    typed.email = made.input.value;
    // What was asked about is no longer there.
    meant.replaceChildren();
    window.clearTimeout(pause);
    pause = window.setTimeout(look, pauseMs);
  });
  look();
  return made;
}

/** The country, then the number; below it the number as it will be dialled, once it can be one. */
function phoneField(site: Site, typed: Typed): Field {
  const { words, facts, tag } = site;
  typed.country ||= likelyCountry(facts.countries);
  const names = new Intl.DisplayNames(tag, { type: "region" });
  const dialled = element("span", { role: "status" });
  const made = field({
    name: "phone",
    label: words.phone,
    type: "tel",
    autocomplete: "tel",
    inputmode: "tel",
    hint: dialled,
    value: typed.phone,
  });

  /** The metadata of all countries' numbers is as large as the rest of the page: it comes with the first digit. */
  async function look(): Promise<void> {
    const { parsePhone } = await import("porchlight/values/phone");
    const parsed = parsePhone(typed.phone, { country: typed.country, countries: facts.countries });
    dialled.textContent = parsed.ok
      ? words.willDial(parsed.value.address, names.of(parsed.value.country) ?? parsed.value.country)
      : "";
  }

  const picker = countryPicker(site, typed.country, (code) => {
    typed.country = code;
    if (typed.phone !== "") look();
  });
  made.input.addEventListener("input", () => {
    typed.phone = made.input.value;
    look();
  });
  if (typed.phone !== "") look();
  made.root.prepend(picker);
  return made;
}
