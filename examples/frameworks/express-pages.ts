// The pages of the Express example: a form, its labels, its problems beside their fields.

import { type Caller, type LinkView, nearestLocale, type Problem, problemText, type View } from "porchlight";

const english = {
  signUp: "Create your account",
  email: "E-mail address",
  password: "Password",
  passwordHint: "At least 15 characters. Several words are easy to remember.",
  confirmation: "Password, again",
  signIn: "Sign in",
  identifier: "E-mail address",
  pending: "A mail is on its way",
  pendingText: "Open the link in the mail to {masked}, or type its code. Look into the spam folder, too.",
  code: "Code",
  confirm: "Confirm",
  resend: "Send again",
  activate: "Activate account",
  activateText: "The account for {masked} is nearly ready.",
  used: "This link has been used. You can sign in.",
  dead: "This link does not work any more. Please sign up again.",
  active: "Your account is active",
  welcome: "You are signed in",
};

const languages: Readonly<Record<string, typeof english>> = {
  en: english,
  de: {
    signUp: "Konto anlegen",
    email: "E-Mail-Adresse",
    password: "Passwort",
    passwordHint: "Mindestens 15 Zeichen. Mehrere Wörter sind leicht zu merken.",
    confirmation: "Passwort, noch einmal",
    signIn: "Anmelden",
    identifier: "E-Mail-Adresse",
    pending: "Eine Mail ist unterwegs",
    pendingText:
      "Öffnen Sie den Link in der Mail an {masked}, oder geben Sie den Code ein. Sehen Sie auch im Spam-Ordner nach.",
    code: "Code",
    confirm: "Bestätigen",
    resend: "Noch einmal senden",
    activate: "Konto aktivieren",
    activateText: "Das Konto für {masked} ist fast fertig.",
    used: "Dieser Link ist schon verwendet worden. Sie können sich anmelden.",
    dead: "Dieser Link gilt nicht mehr. Bitte registrieren Sie sich noch einmal.",
    active: "Ihr Konto ist aktiv",
    welcome: "Sie sind angemeldet",
  },
  zh: {
    signUp: "注册账号",
    email: "邮箱地址",
    password: "密码",
    passwordHint: "至少 15 个字符，使用多个词语更容易记住。",
    confirmation: "再次输入密码",
    signIn: "登录",
    identifier: "邮箱地址",
    pending: "邮件已发出",
    pendingText: "请打开发送到 {masked} 的邮件中的链接，或输入其中的验证码。请同时查看垃圾邮件箱。",
    code: "验证码",
    confirm: "确认",
    resend: "重新发送",
    activate: "激活账号",
    activateText: "{masked} 的账号即将完成注册。",
    used: "该链接已使用过，您可以直接登录。",
    dead: "该链接已失效，请重新注册。",
    active: "您的账号已激活",
    welcome: "您已登录",
  },
};

type Words = typeof english;

function wordsFor(from: Caller): { readonly tag: string; readonly words: Words } {
  const tag = nearestLocale(Object.keys(languages), from.locale);
  return { tag, words: languages[tag] ?? english };
}

export function signUpPage(from: Caller, typed: { readonly email?: unknown }, problems: readonly Problem[]): string {
  const { words } = wordsFor(from);
  return page(from, words.signUp, problems, [
    form("/", words.signUp, [
      field(from, problems, {
        name: "email",
        label: words.email,
        type: "email",
        autocomplete: "email",
        value: typed.email,
      }),
      field(from, problems, {
        name: "password",
        label: words.password,
        type: "password",
        autocomplete: "new-password",
        hint: words.passwordHint,
      }),
      field(from, problems, {
        name: "confirmation",
        label: words.confirmation,
        type: "password",
        autocomplete: "new-password",
      }),
    ]),
    `<p><a href="/sign-in">${words.signIn}</a></p>`,
  ]);
}

export function pendingPage(view: View<"pending">, from: Caller, problems: readonly Problem[]): string {
  const { words } = wordsFor(from);
  return page(from, words.pending, problems, [
    `<p>${withMasked(words.pendingText, view.identifier.masked)}</p>`,
    form("/code", words.confirm, [
      field(from, problems, {
        name: "code",
        label: words.code,
        type: "text",
        autocomplete: "one-time-code",
        inputmode: "numeric",
      }),
    ]),
    form("/resend", words.resend, []),
  ]);
}

export function linkPage(link: LinkView, token: string, from: Caller, problems: readonly Problem[]): string {
  const { words } = wordsFor(from);
  if (link.state !== "ready") {
    const way = link.state === "used" ? "/sign-in" : "/";
    const label = link.state === "used" ? words.signIn : words.signUp;
    return page(from, words.activate, problems, [
      `<p>${link.state === "used" ? words.used : words.dead}</p><p><a href="${way}">${label}</a></p>`,
    ]);
  }
  const password = { name: "password", label: words.password, type: "password", autocomplete: "current-password" };
  return page(from, words.activate, problems, [
    `<p>${withMasked(words.activateText, link.masked)}</p>`,
    form("/activate", words.activate, [
      `<input type="hidden" name="t" value="${escaped(token)}">`,
      ...(link.proof === "password" ? [field(from, problems, password)] : []),
    ]),
  ]);
}

export function signInPage(
  from: Caller,
  typed: { readonly identifier?: unknown },
  problems: readonly Problem[],
): string {
  const { words } = wordsFor(from);
  return page(from, words.signIn, problems, [
    form("/sign-in", words.signIn, [
      field(from, problems, {
        name: "identifier",
        label: words.identifier,
        type: "text",
        autocomplete: "username",
        value: typed.identifier,
      }),
      field(from, problems, {
        name: "password",
        label: words.password,
        type: "password",
        autocomplete: "current-password",
      }),
    ]),
    `<p><a href="/">${words.signUp}</a></p>`,
  ]);
}

export function activatedPage(from: Caller): string {
  const { words } = wordsFor(from);
  return page(from, words.active, [], [`<p><a href="/sign-in">${words.signIn}</a></p>`]);
}

export function welcomePage(from: Caller): string {
  return page(from, wordsFor(from).words.welcome, [], []);
}

export const style = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 24rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
label { font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; font: inherit; }
form + form { margin-top: 0.75rem; }
[id$="-hint"] { opacity: 0.75; }
[role="alert"] { color: light-dark(#b3261e, #ffb4ab); }
`;

function page(from: Caller, title: string, problems: readonly Problem[], parts: readonly string[]): string {
  const { tag } = wordsFor(from);
  const general = problems.filter(({ field }) => field === undefined).map((problem) => worded(problem, from));
  return `<!doctype html>
<html lang="${tag}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
<main>
<h1>${title}</h1>
${general.map((text) => `<p role="alert">${text}</p>`).join("\n")}
${parts.join("\n")}
</main>
</html>
`;
}

function form(action: string, label: string, fields: readonly string[]): string {
  return `<form method="post" action="${action}">
${fields.join("\n")}
<button>${label}</button>
</form>`;
}

interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly autocomplete: string;
  readonly inputmode?: string;
  readonly hint?: string;
  readonly value?: unknown;
}

function field(from: Caller, problems: readonly Problem[], options: FieldOptions): string {
  const { name, label, type, autocomplete, inputmode, hint, value } = options;
  const own = problems.filter((problem) => problem.field === name).map((problem) => worded(problem, from));
  const said = [
    ...(hint === undefined ? [] : [`<span id="${name}-hint">${hint}</span>`]),
    ...(own.length === 0 ? [] : [`<span id="${name}-error" role="alert">${own.join(" ")}</span>`]),
  ];
  const described = [hint && `${name}-hint`, own.length > 0 && `${name}-error`].filter(Boolean).join(" ");
  const attributes = [
    `id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}"`,
    ...(inputmode === undefined ? [] : [`inputmode="${inputmode}"`]),
    ...(typeof value === "string" ? [`value="${escaped(value)}"`] : []),
    ...(described === "" ? [] : [`aria-describedby="${described}"`]),
    ...(own.length > 0 ? ['aria-invalid="true"'] : []),
  ];
  return `<p><label for="${name}">${label}</label><br><input ${attributes.join(" ")}><br>${said.join("<br>")}</p>`;
}

const worded = (problem: Problem, { locale }: Caller): string => escaped(problemText(problem, locale));
const withMasked = (text: string, masked: string): string => text.replace("{masked}", () => escaped(masked));

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
