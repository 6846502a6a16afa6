import type { Screen, StandardSchema } from "../ports.js";

/** A field of the profile that people do not see, and the screen that goes on as if where it was filled. */
export interface Honeypot {
  /**
   * The host's profile schema with the field beside it; without a schema the profile is the field alone.
   *
   * The schema itself never sees the field. Nothing of it stays in a profile where it was left empty, and of what was
   * typed into it nothing is kept but that it was.
   */
  profile(): StandardSchema<Record<never, never>>;
  profile<P extends object>(schema: StandardSchema<P>): StandardSchema<P>;
  readonly screen: Screen;
}

/**
 * Catches programs that fill in every field: `"pretend"` where a hidden field of the profile was filled.
 *
 * Such a sign-up looks like any other to whoever made it, for as long as it lives: pending, resent, counted down. Nothing is
 * sent, no code is right, and its row goes with `purge`. Somebody whose browser filled the field in waits in vain, so give
 * it `autocomplete="off"`, a name that no address book knows, and hide it from eyes, keyboards and screen readers alike.
 *
 * @example
 * ```ts
 * import * as z from "zod";
 * import { honeypot } from "porchlight/screen/honeypot";
 * const trap = honeypot("homepage");
 * const options = { profile: trap.profile(z.strictObject({ name: z.string() })), screen: trap.screen };
 * // The page sends `profile: { name: "Ada", homepage: "" }`.
 * ```
 *
 * @param field 1 to 32 letters, digits, `_` and `-`, a letter first
 * @throws TypeError for another name
 */
export function honeypot(field: string): Honeypot {
  if (!/^[A-Za-z][\w-]{0,31}$/.test(field)) {
    throw new TypeError("honeypot: the field has 1 to 32 letters, digits, _ and -, a letter first.");
  }

  function profile(): StandardSchema<Record<never, never>>;
  function profile<P extends object>(schema: StandardSchema<P>): StandardSchema<P>;
  function profile(schema: StandardSchema<object> = nothingElse): StandardSchema<object> {
    return {
      "~standard": {
        version: 1,
        vendor: "porchlight",
        async validate(typed) {
          if (!isObject(typed)) return schema["~standard"].validate(typed);
          const { [field]: bait, ...rest } = typed;
          const result = await schema["~standard"].validate(rest);
          return isEmpty(bait) || result.issues ? result : { value: { ...result.value, [field]: true } };
        },
      },
    };
  }

  return {
    profile,
    screen: async ({ profile }) => (isObject(profile) && Reflect.get(profile, field) === true ? "pretend" : "pass"),
  };
}

/** A profile of no fields at all. */
const nothingElse: StandardSchema<object> = {
  "~standard": {
    version: 1,
    vendor: "porchlight",
    validate(typed) {
      const [name] = isObject(typed) ? Object.keys(typed) : [];
      return name === undefined
        ? { value: {} }
        : { issues: [{ message: "This field is not asked for.", path: [name] }] };
    },
  },
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** As a form, JSON or an unticked box say it. */
function isEmpty(bait: unknown): boolean {
  return bait === undefined || bait === null || bait === "" || bait === false;
}
