import { nearestLocale } from "../messages/locale.js";

/** What is wrong with a request before any field of it is read. */
export type RequestFault =
  | "body_malformed"
  | "body_too_large"
  | "body_too_slow"
  | "content_type_not_json"
  | "cross_site"
  | "method_not_allowed"
  | "not_found"
  | "unavailable"
  | "internal_error";

const english: Readonly<Record<RequestFault, string>> = {
  body_malformed: "This request could not be read. Please reload the page and try again.",
  body_too_large: "That is too much at once. Please shorten what you entered.",
  body_too_slow: "The connection was too slow. Please try again.",
  content_type_not_json: "This request could not be read. Please reload the page and try again.",
  cross_site: "This request came from another site. Please open the page itself and try again.",
  method_not_allowed: "This address cannot be used like this.",
  not_found: "There is nothing at this address.",
  unavailable: "This does not work at the moment. Please try again soon.",
  internal_error: "Something went wrong on our side. Please try again soon.",
};

const german: typeof english = {
  body_malformed: "Diese Anfrage war nicht lesbar. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.",
  body_too_large: "Das ist zu viel auf einmal. Bitte kürzen Sie Ihre Angaben.",
  body_too_slow: "Die Verbindung war zu langsam. Bitte versuchen Sie es noch einmal.",
  content_type_not_json:
    "Diese Anfrage war nicht lesbar. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.",
  cross_site:
    "Diese Anfrage kam von einer anderen Website. Bitte öffnen Sie die Seite selbst und versuchen Sie es noch einmal.",
  method_not_allowed: "Diese Adresse kann so nicht verwendet werden.",
  not_found: "Unter dieser Adresse gibt es nichts.",
  unavailable: "Das ist zurzeit leider nicht möglich. Bitte versuchen Sie es bald noch einmal.",
  internal_error: "Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es bald noch einmal.",
};

const chinese: typeof english = {
  body_malformed: "请求无法识别，请刷新页面后重试。",
  body_too_large: "提交的内容过长，请缩短后重试。",
  body_too_slow: "网络连接过慢，请重试。",
  content_type_not_json: "请求无法识别，请刷新页面后重试。",
  cross_site: "该请求来自其他网站，请打开本页面后重试。",
  method_not_allowed: "该地址不支持此操作。",
  not_found: "该地址没有内容。",
  unavailable: "服务暂时不可用，请稍后重试。",
  internal_error: "服务器出现问题，请稍后重试。",
};

const languages = { en: english, de: german, zh: chinese } as const;

/** Words a fault in the language nearest to a tag or an Accept-Language header, else in English. */
export function faultText(fault: RequestFault, locale: string | undefined): string {
  const tag = nearestLocale(Object.keys(languages), locale);
  return (tag === "de" ? languages.de : tag === "zh" ? languages.zh : languages.en)[fault];
}
