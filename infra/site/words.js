/** The words of the site, one file a language. A language is kept in the address alone (`lang`): nothing is stored. */

export const LANGUAGES = { en: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文" };

let words = {};
let language = "en";

/** The language asked for by the address, else the browser's first one that we have. */
export function preferred() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked in LANGUAGES) return asked;
  for (const each of navigator.languages ?? []) {
    const { language: base, script } = new Intl.Locale(each).maximize();
    if (base === "en") return "en";
    if (base === "zh") return script === "Hant" ? "zh-Hant" : "zh-Hans";
  }
  return "en";
}

export async function speak(code) {
  words = (await import(`./words/${code}.js`)).default;
  language = code;
  document.documentElement.lang = code;
}

export const speaking = () => language;

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** A text from right to left in isolation (UAX 9), so that it does not turn the text beside it. */
export const isolated = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);
/** What is known of several texts, one after the other. */
export const joined = (...texts) => texts.filter(Boolean).map(isolated).join(" · ");

/** The words of a key, with `{name}` filled in; where a `count` is one, those of `key.one`, if there are any. */
export function t(key, values = {}) {
  const one = values.count !== undefined && new Intl.PluralRules(language).select(values.count) === "one";
  const text = (one ? words[`${key}.one`] : undefined) ?? words[key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : isolated(String(values[name] ?? ""))));
}

/** The words of a value that the API names by an id; the id itself, readable, where we have none. */
export const named = (kind, id) => words[`${kind}.${id}`] ?? String(id).replaceAll("_", " ");
/** A text that operators published, in the language of the page as far as it is translated. */
export const published = (text, translations) => translations?.[language] ?? text;
export const has = (key) => key in words;

export function money(amount, currency) {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

const DAY = { year: "numeric", month: "short", day: "numeric" };
export const day = (at) => new Date(at).toLocaleDateString(language, DAY);
export const instant = (at) => new Date(at).toLocaleString(language, { ...DAY, hour: "2-digit", minute: "2-digit" });
export const number = (value) => value.toLocaleString(language);

export function duration(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function size(bytes) {
  const steps = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return (bytes / 1000 ** step).toLocaleString(language, { style: "unit", unit: steps[step], maximumFractionDigits: 1 });
}

const NO_COUNTRIES = new Set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split(" "));

/** Countries as [code, name], by name, with an empty first choice. */
export function countries() {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => !NO_COUNTRIES.has(code) && new Intl.Locale(`und-${code}`).region === code);
  const known = codes.map((code) => [code, names.of(code)]).filter(([, name]) => name);
  return [["", "–"], ...known.sort((one, other) => one[1].localeCompare(other[1], language))];
}
