import type { Language, Paragraph, Words } from "./language.js";
import { type Refusals, wordRefusal } from "./refusal.js";
import { spokenIn } from "./spoken.js";

const { number, plural, lasting, waiting, country, all } = spokenIn("de");

const tries = (left: number): string => `Sie haben noch ${number(left)} ${plural(left, "Versuch", "Versuche")}.`;
const valid = (subject: string, minutes: number | undefined): string =>
  minutes === undefined ? "" : ` ${subject} ${lasting(minutes)} lang gültig.`;

/** What passes in place of a password that would be guessed. */
const unrelatedWords =
  "Bitte wählen Sie ein anderes: Mehrere Wörter, die nichts miteinander zu tun haben, sind schwer zu erraten.";

/** The way in, whether the host sends a link, a code or both. */
function waysIn({ link, code, minutes }: Words): readonly Paragraph[] {
  const keepToYourself = "Geben Sie den Code nicht weiter. Von uns wird Sie niemand danach fragen.";
  if (link === undefined)
    return code === undefined
      ? []
      : [
          `Waren Sie das? Dann geben Sie bitte diesen Code auf der Seite ein, auf der Sie sich registriert haben.${valid("Er ist", minutes)}`,
          { code },
          keepToYourself,
        ];
  const button: Paragraph = { link, label: "Konto aktivieren" };
  if (code === undefined)
    return [`Waren Sie das? Dann aktivieren Sie bitte Ihr Konto.${valid("Der Link ist", minutes)}`, button];
  return [
    `Waren Sie das? Dann aktivieren Sie bitte Ihr Konto.${valid("Link und Code sind", minutes)}`,
    button,
    "Oder geben Sie diesen Code auf der Seite ein, auf der Sie sich registriert haben:",
    { code },
    keepToYourself,
  ];
}

const refusals: Refusals = {
  email_disposable:
    "Mit einer Wegwerf-Adresse lässt sich hier kein Konto anlegen. Bitte nehmen Sie eine, die Sie behalten.",
  email_unreachable: "Was hinter dem @ steht, empfängt keine E-Mails. Bitte prüfen Sie es auf Tippfehler.",
  email_of_role: "Diese Adresse gehört zu einer Funktion, nicht zu einer Person. Bitte nehmen Sie Ihre eigene.",
  invitation_missing: "Ein Konto gibt es hier nur mit Einladung. Bitte öffnen Sie den Link aus Ihrer Einladung.",
  invitation_invalid: "Diese Einladung ist ungültig oder schon verwendet. Bitte lassen Sie sich eine neue geben.",
  other: "Mit diesen Angaben können wir kein Konto anlegen. Falls das ein Irrtum ist, melden Sie sich bitte bei uns.",
};

/** German, with "Sie". */
export const german: Language = {
  tag: "de",
  htmlLang: "de",
  greeting: "Guten Tag,",
  signature: (service) => `Ihr Team von ${service}`,
  colon: ":",
  copyLink: "Die Schaltfläche funktioniert nicht? Dann kopieren Sie diese Adresse in Ihren Browser:",

  problems: {
    field_missing: () => "Bitte füllen Sie dieses Feld aus.",
    field_malformed: ({ expected }) =>
      expected === "digits"
        ? "Ein Code besteht nur aus Ziffern. Bitte tippen Sie ihn so ein, wie er in unserer Nachricht steht."
        : "Diese Angabe ist nicht lesbar bei uns angekommen. Bitte laden Sie die Seite neu.",
    field_unknown: ({ name }) => `Das Feld „${name}“ gehört nicht zu diesem Formular. Bitte laden Sie die Seite neu.`,

    channel_ambiguous: () => "Bitte geben Sie entweder eine E-Mail-Adresse oder eine Telefonnummer an, nicht beides.",
    channel_not_offered: ({ offered }) => {
      if (!offered.includes("phone")) return "Bitte registrieren Sie sich mit einer E-Mail-Adresse.";
      if (!offered.includes("email")) return "Bitte registrieren Sie sich mit einer Telefonnummer.";
      return "Bitte registrieren Sie sich mit einer E-Mail-Adresse oder einer Telefonnummer.";
    },
    email_malformed: ({ part }) =>
      ({
        local: "Bitte prüfen Sie den Teil der E-Mail-Adresse vor dem @.",
        domain: "Bitte prüfen Sie den Teil der E-Mail-Adresse nach dem @.",
        whole: "Das sieht nicht nach einer E-Mail-Adresse aus. Sie sollte etwa so aussehen: name@example.com.",
      })[part],
    email_not_ascii: () =>
      "Vor dem @ sind nur die Buchstaben a bis z, Ziffern und einige Zeichen möglich, keine Umlaute. Bitte prüfen Sie die Adresse.",
    email_too_long: ({ maximum }) =>
      `Diese E-Mail-Adresse ist zu lang. Möglich sind höchstens ${number(maximum)} Zeichen.`,
    phone_malformed: () => "Das sieht nicht nach einer Telefonnummer aus. Bitte prüfen Sie Ziffern und Land.",
    phone_country_missing: () =>
      "Bitte wählen Sie das Land zu dieser Nummer aus oder beginnen Sie mit + und der Ländervorwahl.",
    phone_type_not_allowed: ({ type }) =>
      type === "fixed_line"
        ? "Das ist eine Festnetznummer, die keine SMS empfängt. Bitte geben Sie eine Mobilnummer an."
        : "An diese Art von Nummer können wir keine SMS schicken. Bitte geben Sie eine Mobilnummer an.",
    phone_country_not_allowed: ({ country: code, allowed }) =>
      allowed.length === 0 || allowed.length > 5
        ? `In dieses Land verschicken wir noch keine SMS: ${country(code)}.`
        : `In dieses Land verschicken wir noch keine SMS: ${country(code)}. Möglich: ${all(allowed.map(country))}.`,

    password_too_short: ({ minimum, actual }) =>
      `Bitte wählen Sie mindestens ${number(minimum)} Zeichen; bisher ${plural(actual, "ist", "sind")} es ${number(actual)}. Mehrere Wörter hintereinander lassen sich gut merken.`,
    password_too_long: ({ maximum }) => `Bitte wählen Sie höchstens ${number(maximum)} Zeichen.`,
    password_malformed: () =>
      "Dieses Passwort enthält ein Zeichen, das sich nicht verwenden lässt. Bitte tippen Sie es neu ein.",
    password_common: () => `Dieses Passwort verwenden viele, deshalb wird es zuerst erraten. ${unrelatedWords}`,
    password_breached: () => `Dieses Passwort ist in einem Datenleck aufgetaucht. ${unrelatedWords}`,
    password_guessable: ({ from }) =>
      `${
        {
          address: "Dieses Passwort ähnelt Ihrer eigenen Adresse zu sehr.",
          service: "Dieses Passwort ähnelt dem Namen unseres Dienstes zu sehr.",
          profile: "Dieses Passwort ähnelt Ihren eigenen Angaben zu sehr.",
        }[from]
      } ${unrelatedWords}`,
    confirmation_mismatch: () => "Die beiden Passwörter stimmen nicht überein. Bitte tippen Sie sie noch einmal ein.",

    captcha_missing: () => "Bitte bestätigen Sie, dass Sie kein Roboter sind.",
    captcha_failed: () => "Die Prüfung hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
    consent_missing: () => "Hier brauchen wir Ihre Zustimmung. Bitte setzen Sie das Häkchen.",
    consent_outdated: () =>
      "Dieses Dokument hat sich inzwischen geändert. Bitte lesen Sie die neue Fassung und stimmen Sie erneut zu.",
    profile_invalid: ({ message }) => message,
    profile_malformed: ({ maximumBytes }) =>
      `Ihre Angaben sind zu lang (zusammen höchstens ${number(maximumBytes)} Zeichen) oder enthalten ein Zeichen, das sich nicht verwenden lässt.`,
    refused: wordRefusal(refusals),

    ticket_invalid: () =>
      "Wir konnten Ihre Registrierung in diesem Browser nicht finden. Bitte beginnen Sie noch einmal.",
    ticket_expired: () =>
      "Ihre Registrierung hat zu lange gedauert und ist abgelaufen. Bitte beginnen Sie noch einmal.",
    wrong_step: ({ step }) =>
      ({
        identifier: "Bitte geben Sie zuerst Ihre E-Mail-Adresse oder Telefonnummer an.",
        password: "Bitte wählen Sie zuerst ein Passwort.",
        captcha: "Bitte bestätigen Sie zuerst, dass Sie kein Roboter sind.",
        profile: "Bitte vervollständigen Sie zuerst Ihre Angaben.",
        pending: "Das haben Sie schon erledigt. Bitte sehen Sie nach der Nachricht, die wir Ihnen geschickt haben.",
        activated: "Ihr Konto ist bereits aktiv. Sie können sich anmelden.",
        closed: "Diese Registrierung ist beendet. Bitte beginnen Sie noch einmal.",
      })[step],

    code_wrong: ({ attemptsLeft }) => `Dieser Code stimmt nicht. Bitte prüfen Sie die Ziffern. ${tries(attemptsLeft)}`,
    code_expired: () => "Dieser Code ist abgelaufen. Bitte fordern Sie einen neuen an.",
    code_locked: () =>
      "Es wurden zu viele falsche Codes eingegeben, deshalb gilt dieser nicht mehr. Bitte fordern Sie einen neuen an.",
    link_invalid: () =>
      "Dieser Link ist unvollständig oder ungültig. Bitte öffnen Sie ihn genau so, wie er in unserer Nachricht steht.",
    link_expired: () => "Dieser Link ist abgelaufen. Bitte fordern Sie einen neuen an.",
    link_used: () => "Dieser Link wurde bereits verwendet. Versuchen Sie, sich anzumelden.",
    proof_required: () => "Bitte geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben.",
    proof_wrong: ({ attemptsLeft }) =>
      `Das ist nicht das Passwort, das Sie bei der Registrierung gewählt haben. ${tries(attemptsLeft)}`,
    credentials_wrong: () => "Die Adresse oder das Passwort stimmt nicht.",
    already_registered: ({ signInUrl }) =>
      `Zu dieser Adresse haben Sie bereits ein Konto. Hier können Sie sich anmelden: ${signInUrl}`,

    resend_too_early: ({ retryAfterSeconds }) =>
      `Eine Nachricht ist schon unterwegs. Bitte warten Sie noch ${waiting(retryAfterSeconds)}, bevor Sie eine weitere anfordern.`,
    too_many_messages: ({ retryAfterSeconds }) =>
      `Wir haben schon mehrere Nachrichten geschickt. Bitte warten Sie noch ${waiting(retryAfterSeconds)} auf die nächste.`,
    too_many_attempts: ({ retryAfterSeconds }) =>
      `Das waren zu viele Versuche. Bitte warten Sie noch ${waiting(retryAfterSeconds)}.`,
    busy: ({ retryAfterSeconds }) =>
      `Bei uns ist gerade viel los. Bitte warten Sie noch ${waiting(retryAfterSeconds)} und versuchen Sie es dann noch einmal.`,
  },

  letters: {
    activation: {
      subject: ({ service }) => `Aktivieren Sie Ihr Konto bei ${service}`,
      paragraphs: (w) => [
        `Sie erhalten diese E-Mail, weil sich jemand mit Ihrer Adresse ${w.masked} bei ${w.service} registriert hat.`,
        ...waysIn(w),
        w.link === undefined
          ? "Das waren Sie nicht? Dann ignorieren Sie diese E-Mail einfach. Ohne den Code entsteht kein Konto."
          : "Das waren Sie nicht? Dann ignorieren Sie diese E-Mail einfach. Ohne Ihr Zutun passiert nichts. Wenn Sie uns Bescheid geben möchten, öffnen Sie den Link und wählen Sie „Das war ich nicht“.",
      ],
      sms: (w) => {
        if (w.code === undefined)
          return `Aktivieren Sie Ihr Konto bei ${w.service}: ${w.link ?? w.signInUrl}\nNicht angefordert? Dann ignorieren Sie diese SMS.`;
        const life = w.minutes === undefined ? "" : `, ${lasting(w.minutes)} gültig`;
        return `${w.code} ist Ihr Code für ${w.service}${life}. Nicht angefordert? Dann ignorieren Sie diese SMS.`;
      },
    },
    already_registered: {
      subject: ({ service }) => `Sie haben bereits ein Konto bei ${service}`,
      paragraphs: (w) => [
        `Gerade wollte sich jemand mit Ihrer Adresse ${w.masked} bei ${w.service} registrieren. Zu dieser Adresse gibt es aber schon ein Konto, nämlich Ihres.`,
        "Waren Sie das? Dann melden Sie sich einfach an.",
        { link: w.signInUrl, label: "Anmelden" },
        "Passwort vergessen? Über die Anmeldeseite können Sie ein neues festlegen.",
        "Das waren Sie nicht? Dann müssen Sie nichts tun. An Ihrem Konto und Ihrem Passwort hat sich nichts geändert.",
      ],
      sms: (w) =>
        `Zu dieser Nummer gibt es schon ein Konto bei ${w.service}. Das waren Sie nicht? Nichts zu tun. Sonst melden Sie sich einfach an.`,
    },
    activated: {
      subject: ({ service }) => `Ihr Konto bei ${service} ist aktiv`,
      paragraphs: (w) => [
        `Ihr Konto bei ${w.service} ist jetzt aktiv. Schön, dass Sie dabei sind! Ab sofort melden Sie sich mit Ihrer Adresse ${w.masked} und dem Passwort an, das Sie gewählt haben.`,
        { link: w.signInUrl, label: "Anmelden" },
        "Sie haben dieses Konto nicht aktiviert? Dann antworten Sie bitte auf diese E-Mail oder melden Sie sich über die Anmeldeseite bei uns. Wir kümmern uns darum.",
      ],
      sms: (w) =>
        `Ihr Konto bei ${w.service} ist aktiv. Das waren Sie nicht? Bitte melden Sie sich bei uns. Anmelden: ${w.signInUrl}`,
    },
  },
};
