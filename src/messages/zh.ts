import type { Language, Paragraph, Words } from "./language.js";
import { type Refusals, wordRefusal } from "./refusal.js";
import { spokenIn } from "./spoken.js";

const { number, lasting, waiting, country, all } = spokenIn("zh-Hans", " ");

const tries = (left: number): string => `还可以再试 ${number(left)} 次。`;
const valid = (subject: string, minutes: number | undefined): string =>
  minutes === undefined ? "" : `${subject} ${lasting(minutes)}内有效。`;

/** What passes in place of a password that would be guessed. */
const unrelatedWords = "请换一个：把几个互不相关的词连在一起，就很难被猜中。";

/** The way in, whether the host sends a link, a code or both. */
function waysIn({ link, code, minutes }: Words): readonly Paragraph[] {
  const keepToYourself = "请勿将验证码告诉任何人，我们的工作人员不会向您索要。";
  if (link === undefined)
    return code === undefined
      ? []
      : [`如果是您本人操作，请在注册页面输入以下验证码。${valid("验证码", minutes)}`, { code }, keepToYourself];
  const button: Paragraph = { link, label: "激活账号" };
  if (code === undefined) return [`如果是您本人操作，请点击下面的链接激活账号。${valid("链接", minutes)}`, button];
  return [
    `如果是您本人操作，请点击下面的链接激活账号。${valid("链接和验证码", minutes)}`,
    button,
    "您也可以在注册页面输入以下验证码：",
    { code },
    keepToYourself,
  ];
}

const refusals: Refusals = {
  email_disposable: "临时邮箱无法注册，请使用您长期使用的邮箱。",
  email_unreachable: "该邮箱 @ 后面的域名无法接收邮件，请检查是否有误。",
  email_of_role: "这是公用邮箱，不属于个人，请使用您自己的邮箱。",
  invitation_missing: "目前仅限受邀用户注册，请打开您收到的邀请链接。",
  invitation_invalid: "该邀请无效或已被使用，请重新索取邀请。",
  other: "无法使用这些信息注册。如有疑问，请与我们联系。",
};

/** Simplified Chinese. */
export const chinese: Language = {
  tag: "zh",
  htmlLang: "zh-Hans",
  greeting: "您好！",
  signature: (service) => `${service} 团队`,
  colon: "：",
  copyLink: "按钮无法点击时，请复制以下网址到浏览器：",

  problems: {
    field_missing: () => "请填写此项。",
    field_malformed: ({ expected }) =>
      expected === "digits" ? "验证码只含数字，请按我们发送的内容填写。" : "此项内容无法识别，请刷新页面后重试。",
    field_unknown: ({ name }) => `表单中没有“${name}”这一项，请刷新页面后重试。`,

    channel_ambiguous: () => "邮箱和手机号请只填写一个。",
    channel_not_offered: ({ offered }) => {
      if (!offered.includes("phone")) return "请使用邮箱注册。";
      if (!offered.includes("email")) return "请使用手机号注册。";
      return "请使用邮箱或手机号注册。";
    },
    email_malformed: ({ part }) =>
      ({
        local: "邮箱地址中 @ 前面的部分有误，请检查。",
        domain: "邮箱地址中 @ 后面的部分有误，请检查。",
        whole: "邮箱格式不正确，正确的格式如 name@example.com。",
      })[part],
    email_not_ascii: () => "邮箱 @ 前面只能使用英文字母、数字和常用符号，请检查。",
    email_too_long: ({ maximum }) => `邮箱地址过长，最多 ${number(maximum)} 个字符。`,
    phone_malformed: () => "手机号格式不正确，请检查号码以及所选的国家或地区。",
    phone_country_missing: () => "请选择号码所属的国家或地区，或以 + 和国际区号开头填写。",
    phone_type_not_allowed: ({ type }) =>
      type === "fixed_line"
        ? "这是固定电话号码，无法接收短信，请填写手机号。"
        : "我们无法向这类号码发送短信，请填写手机号。",
    phone_country_not_allowed: ({ country: code, allowed }) =>
      allowed.length === 0 || allowed.length > 5
        ? `暂不支持向以下国家或地区发送短信：${country(code)}。`
        : `暂不支持向以下国家或地区发送短信：${country(code)}。目前支持：${all(allowed.map(country))}。`,

    password_too_short: ({ minimum, actual }) =>
      `密码至少需要 ${number(minimum)} 个字符，目前为 ${number(actual)} 个。把几个词连在一起，既安全又好记。`,
    password_too_long: ({ maximum }) => `密码最多 ${number(maximum)} 个字符。`,
    password_malformed: () => "密码中含有无法使用的字符，请重新输入。",
    password_common: () => `使用这个密码的人太多，很容易被猜中。${unrelatedWords}`,
    password_breached: () => `这个密码曾在数据泄露事件中出现过。${unrelatedWords}`,
    password_guessable: ({ from }) =>
      `${
        {
          address: "密码与您的邮箱或手机号过于相似。",
          service: "密码与本服务的名称过于相似。",
          profile: "密码与您填写的个人信息过于相似。",
        }[from]
      }${unrelatedWords}`,
    confirmation_mismatch: () => "两次输入的密码不一致，请重新输入。",

    captcha_missing: () => "请先完成人机验证。",
    captcha_failed: () => "人机验证未通过，请再试一次。",
    consent_missing: () => "需要您同意才能继续，请勾选此项。",
    consent_outdated: () => "该文件已更新，请阅读新版本后重新勾选同意。",
    profile_invalid: ({ message }) => message,
    profile_malformed: ({ maximumBytes }) =>
      `填写的信息过长（合计最多 ${number(maximumBytes)} 个字符）或含有无法使用的字符。`,
    refused: wordRefusal(refusals),

    ticket_invalid: () => "在此浏览器中找不到您的注册信息，请重新注册。",
    ticket_expired: () => "本次注册已超时，请重新注册。",
    wrong_step: ({ step }) =>
      ({
        identifier: "请先填写邮箱或手机号。",
        password: "请先设置密码。",
        captcha: "请先完成人机验证，再进行下一步。",
        profile: "请先填写完整的个人信息。",
        pending: "这一步已经完成，请查收我们发送给您的消息。",
        activated: "您的账号已激活，可以直接登录。",
        closed: "本次注册已结束，请重新注册。",
      })[step],

    code_wrong: ({ attemptsLeft }) => `验证码不正确，请核对后重新输入。${tries(attemptsLeft)}`,
    code_expired: () => "验证码已过期，请重新获取。",
    code_locked: () => "验证码输错次数过多，已失效，请重新获取。",
    link_invalid: () => "链接不完整或无效，请打开我们发送给您的原始链接。",
    link_expired: () => "链接已过期，请重新获取。",
    link_used: () => "链接已使用过，请直接登录。",
    proof_required: () => "请输入您注册时设置的密码。",
    proof_wrong: ({ attemptsLeft }) => `与您注册时设置的密码不一致。${tries(attemptsLeft)}`,
    credentials_wrong: () => "账号或密码不正确。",
    already_registered: ({ signInUrl }) => `您已有账号，请直接登录：${signInUrl}`,

    resend_too_early: ({ retryAfterSeconds }) => `消息已发出，请在 ${waiting(retryAfterSeconds)}后再重新获取。`,
    too_many_messages: ({ retryAfterSeconds }) => `发送次数过多，请在 ${waiting(retryAfterSeconds)}后再获取。`,
    too_many_attempts: ({ retryAfterSeconds }) => `尝试次数过多，请在 ${waiting(retryAfterSeconds)}后再试。`,
    busy: ({ retryAfterSeconds }) => `当前访问人数较多，请在 ${waiting(retryAfterSeconds)}后再试。`,
  },

  letters: {
    activation: {
      subject: ({ service }) => `激活您的 ${service} 账号`,
      paragraphs: (w) => [
        `有人使用您的邮箱 ${w.masked} 注册 ${w.service}，因此您会收到这封邮件。`,
        ...waysIn(w),
        w.link === undefined
          ? "如果不是您本人操作，忽略这封邮件即可。没有验证码，账号不会被激活。"
          : "如果不是您本人操作，忽略这封邮件即可，账号不会被激活。如想告知我们，请打开链接并选择“非本人操作”。",
      ],
      sms: (w) => {
        if (w.code === undefined) return `激活您的 ${w.service} 账号：${w.link ?? w.signInUrl}\n如非本人操作，请忽略。`;
        const life = w.minutes === undefined ? "" : `，${lasting(w.minutes)}内有效`;
        return `${w.service} 验证码：${w.code}${life}，请勿泄露。如非本人操作，请忽略。`;
      },
    },
    already_registered: {
      subject: ({ service }) => `您已有 ${service} 账号`,
      paragraphs: (w) => [
        `刚才有人尝试用您的邮箱 ${w.masked} 注册 ${w.service}，但这个邮箱此前已注册过账号。`,
        "如果是您本人操作，直接登录即可。",
        { link: w.signInUrl, label: "登录" },
        "忘记密码了？可以在登录页面重新设置。",
        "如果不是您本人操作，您无需做任何处理，您的账号和密码都没有变化。",
      ],
      sms: (w) => `您的手机号已注册过 ${w.service}，账号没有任何变化，如需使用请直接登录。`,
    },
    activated: {
      subject: ({ service }) => `您的 ${service} 账号已激活`,
      paragraphs: (w) => [
        `欢迎！您的 ${w.service} 账号已激活。今后请使用邮箱 ${w.masked} 和您设置的密码登录。`,
        { link: w.signInUrl, label: "登录" },
        "如果不是您本人激活的，请直接回复这封邮件，或通过登录页面联系我们，我们会尽快处理。",
      ],
      sms: (w) => `您的 ${w.service} 账号已激活。如非本人操作，请联系我们。登录：${w.signInUrl}`,
    },
  },
};
