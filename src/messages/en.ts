import type { Language, Paragraph, Words } from "./language.js";
import { type Refusals, wordRefusal } from "./refusal.js";
import { spokenIn } from "./spoken.js";

const { number, plural, lasting, waiting, country, all } = spokenIn("en");

const tries = (left: number): string => `${number(left)} ${plural(left, "try", "tries")} left`;
const valid = (subject: string, minutes: number | undefined): string =>
  minutes === undefined ? "" : ` ${subject} valid for ${lasting(minutes)}.`;

/** What passes in place of a password that would be guessed. */
const unrelatedWords =
  "Please choose another one: several words that have nothing to do with each other are hard to guess.";

/** The way in, whether the host sends a link, a code or both. */
function waysIn({ link, code, minutes }: Words): readonly Paragraph[] {
  const keepToYourself = "Please keep the code to yourself. Nobody who works for us will ask you for it.";
  if (link === undefined)
    return code === undefined
      ? []
      : [
          `If that was you, enter this code on the page where you signed up.${valid("It is", minutes)}`,
          { code },
          keepToYourself,
        ];
  const button: Paragraph = { link, label: "Activate account" };
  if (code === undefined)
    return [`If that was you, please activate your account.${valid("The link is", minutes)}`, button];
  return [
    `If that was you, please activate your account.${valid("Link and code are", minutes)}`,
    button,
    "Or enter this code on the page where you signed up:",
    { code },
    keepToYourself,
  ];
}

const refusals: Refusals = {
  email_disposable: "We cannot open an account with a disposable address. Please use one that you will keep.",
  email_unreachable: "The part after the @ does not receive mail. Please check it for typos.",
  email_of_role: "This address belongs to a role, not to a person. Please use your own.",
  invitation_missing: "Accounts are open to people with an invitation. Please open the link of yours.",
  invitation_invalid: "This invitation is not valid, or it has been used already. Please ask for a new one.",
  other: "We cannot open an account with these details. Please contact us if you think that this is a mistake.",
};

/** English. */
export const english: Language = {
  tag: "en",
  htmlLang: "en",
  greeting: "Hello,",
  signature: (service) => `The ${service} team`,
  colon: ":",
  copyLink: "If the button does not work, copy this address into your browser:",

  problems: {
    field_missing: () => "Please fill in this field.",
    field_malformed: ({ expected }) =>
      expected === "digits"
        ? "A code has digits only. Please type it as it stands in our message."
        : "This field was sent in a form that we cannot read. Please reload the page and try again.",
    field_unknown: ({ name }) => `The field “${name}” is not part of this form. Please reload the page and try again.`,

    channel_ambiguous: () => "Please give either an email address or a phone number, not both.",
    channel_not_offered: ({ offered }) => {
      if (!offered.includes("phone")) return "Please sign up with an email address.";
      if (!offered.includes("email")) return "Please sign up with a phone number.";
      return "Please sign up with an email address or a phone number.";
    },
    email_malformed: ({ part }) =>
      ({
        local: "Please check the part of the email address before the @.",
        domain: "Please check the part of the email address after the @.",
        whole: "This does not look like an email address. It should look like name@example.com.",
      })[part],
    email_not_ascii: () =>
      "Before the @, an email address can have only the letters a to z, digits and common signs. Please check it.",
    email_too_long: ({ maximum }) =>
      `This email address is too long. At most ${number(maximum)} characters are possible.`,
    phone_malformed: () => "This does not look like a phone number. Please check the digits and the country.",
    phone_country_missing: () =>
      "Please choose the country of this phone number, or start it with + and the country code.",
    phone_type_not_allowed: ({ type }) =>
      type === "fixed_line"
        ? "This is a landline number, which cannot receive text messages. Please use a mobile number."
        : "We cannot send text messages to this kind of number. Please use a mobile number.",
    phone_country_not_allowed: ({ country: code, allowed }) =>
      allowed.length === 0 || allowed.length > 5
        ? `We do not send text messages to this country yet: ${country(code)}.`
        : `We do not send text messages to this country yet: ${country(code)}. Possible: ${all(allowed.map(country))}.`,

    password_too_short: ({ minimum, actual }) =>
      `Please use at least ${number(minimum)} characters; so far there ${plural(actual, "is", "are")} ${number(actual)}. Several words in a row are easy to remember.`,
    password_too_long: ({ maximum }) => `Please use at most ${number(maximum)} characters.`,
    password_malformed: () => "This password contains a character that cannot be used. Please type it anew.",
    password_common: () => `Many people use this password, so it is guessed first. ${unrelatedWords}`,
    password_breached: () => `This password has appeared in a data leak. ${unrelatedWords}`,
    password_guessable: ({ from }) =>
      `${
        {
          address: "This password is too close to your own address.",
          service: "This password is too close to the name of this service.",
          profile: "This password is too close to your own details.",
        }[from]
      } ${unrelatedWords}`,
    confirmation_mismatch: () => "The two passwords differ. Please type them again.",

    captcha_missing: () => "Please show that you are not a robot.",
    captcha_failed: () => "That check did not succeed. Please try it once more.",
    consent_missing: () => "Your consent is needed to continue. Please tick this box.",
    consent_outdated: () => "This document has changed in the meantime. Please read the new version and agree again.",
    profile_invalid: ({ message }) => message,
    profile_malformed: ({ maximumBytes }) =>
      `Your details are too long (at most ${number(maximumBytes)} characters in all) or contain a character that cannot be used.`,
    refused: wordRefusal(refusals),

    ticket_invalid: () => "We could not find your sign-up in this browser. Please start again.",
    ticket_expired: () => "Your sign-up took too long and has expired. Please start again.",
    wrong_step: ({ step }) =>
      ({
        identifier: "Please give your email address or phone number first.",
        password: "Please choose a password first.",
        captcha: "Please show first that you are not a robot.",
        profile: "Please complete your details first.",
        pending: "You have done this already. Please look for the message that we sent you.",
        activated: "Your account is already active. You can sign in.",
        closed: "This sign-up has ended. Please start again.",
      })[step],

    code_wrong: ({ attemptsLeft }) => `This code is not right. Please check the digits: ${tries(attemptsLeft)}.`,
    code_expired: () => "This code has expired. Please ask for a new one.",
    code_locked: () => "There were too many wrong codes, so this one no longer works. Please ask for a new one.",
    link_invalid: () => "This link is incomplete or not valid. Please open it exactly as it stands in our message.",
    link_expired: () => "This link has expired. Please ask for a new one.",
    link_used: () => "This link has been used already. Try signing in.",
    proof_required: () => "Please enter the password that you chose when you signed up.",
    proof_wrong: ({ attemptsLeft }) =>
      `This is not the password that you chose when you signed up: ${tries(attemptsLeft)}.`,
    credentials_wrong: () => "The address or the password is not right.",
    already_registered: ({ signInUrl }) => `You already have an account with this address. Sign in here: ${signInUrl}`,

    resend_too_early: ({ retryAfterSeconds }) =>
      `A message is on its way. You can ask for another one in ${waiting(retryAfterSeconds)}.`,
    too_many_messages: ({ retryAfterSeconds }) =>
      `We have sent several messages already. You can ask for the next one in ${waiting(retryAfterSeconds)}.`,
    too_many_attempts: ({ retryAfterSeconds }) =>
      `Too many attempts. Please try again in ${waiting(retryAfterSeconds)}.`,
    busy: ({ retryAfterSeconds }) =>
      `A lot is going on here right now. Please try again in ${waiting(retryAfterSeconds)}.`,
  },

  letters: {
    activation: {
      subject: ({ service }) => `Activate your ${service} account`,
      paragraphs: (w) => [
        `You are getting this email because somebody signed up for ${w.service} with your address ${w.masked}.`,
        ...waysIn(w),
        w.link === undefined
          ? "Not you? Then simply ignore this email. Without the code, no account is created."
          : "Not you? Then simply ignore this email. Nothing happens without you. If you want to let us know, open the link and choose “This was not me”.",
      ],
      sms: (w) => {
        if (w.code === undefined)
          return `Activate your ${w.service} account: ${w.link ?? w.signInUrl}\nNot you? Ignore this message.`;
        const life = w.minutes === undefined ? "" : `, valid for ${lasting(w.minutes)}`;
        return `${w.code} is your ${w.service} code${life}. Not you? Ignore this message.`;
      },
    },
    already_registered: {
      subject: ({ service }) => `You already have an account with ${service}`,
      paragraphs: (w) => [
        `Somebody just tried to sign up for ${w.service} with your address ${w.masked}. There is an account for this address already: yours.`,
        "If that was you, just sign in.",
        { link: w.signInUrl, label: "Sign in" },
        "Forgotten your password? You can set a new one from the sign-in page.",
        "Not you? Then there is nothing to do. Your account and your password are unchanged.",
      ],
      sms: (w) =>
        `This number already has an account with ${w.service}. Not you? Nothing has changed. To use it, sign in as usual.`,
    },
    activated: {
      subject: ({ service }) => `Your ${service} account is active`,
      paragraphs: (w) => [
        `Welcome! Your ${w.service} account is active. From now on, sign in with your address ${w.masked} and the password that you chose.`,
        { link: w.signInUrl, label: "Sign in" },
        "Not you? Then please reply to this email or contact us through the sign-in page, and we will look into it.",
      ],
      sms: (w) => `Welcome! Your ${w.service} account is active. Not you? Please contact us. Sign in: ${w.signInUrl}`,
    },
  },
};
