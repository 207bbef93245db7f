/** Forms: labelled fields, one request at a time, refusals beside the field that they are of. */

import { h } from "./dom.js";
import { link } from "./router.js";
import { duration, has, instant, t } from "./words.js";

let fields = 0;

/** What a refusal says, in the language of the page; in English mostly what the API says. */
export function refusalText(error) {
  if (error.name !== "Refusal") return t("error.network");
  const key = [`refusal.${error.code}.${error.account_status}`, `refusal.${error.code}`].find(has);
  const text = key ? t(key, { ...error, until: error.until ? instant(error.until) : "", resets_at: error.resets_at ? instant(error.resets_at) : "" }) : error.message;
  const wait = error.retryAfter ? ` ${t("error.wait", { time: duration(error.retryAfter) })}` : "";
  return text + wait;
}

/** What is wrong with a field. */
function problemText({ code, message }) {
  const key = `problem.${code}`;
  return has(key) ? t(key) : message;
}

/** What prevents the closing of an account. */
export function blockText({ code, detail, until }) {
  const key = `block.${code}`;
  return has(key) ? t(key, { until: until ? instant(until) : "" }) : detail;
}

export function refusalBox(error) {
  const again = error.code === "fresh_sign_in_required" ? link(`/sign-in?next=${encodeURIComponent(location.pathname)}`, t("sign_in.again")) : null;
  const plans = ["membership_required", "plan_not_for_enterprise"].includes(error.code) ? link("/plans", t("nav.plans")) : null;
  const blocks = [...(error.blocks ?? []).map(blockText), ...(error.errors ?? []).map((each) => (has(`problem.${each.code}`) ? `${each.field}: ${problemText(each)}` : each.message))].map((text) => h("li", {}, text));
  return h("div", { class: "alert bad", role: "alert" }, h("p", {}, refusalText(error)), blocks.length ? h("ul", {}, blocks) : null, again ?? plans);
}

export const note = (text, kind = "good") => h("div", { class: `alert ${kind}`, role: "status" }, h("p", {}, text));

/** One labelled field: {name, label, type, hint, options: [[value, text]], ...attributes of the input}. */
export function field({ name, label, type = "text", hint, options, value, ...more }) {
  const id = `field-${++fields}`;
  const about = hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  const shared = { id, name, "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-error`, ...more };
  const wrong = h("p", { class: "wrong", id: `${id}-error`, hidden: true });
  if (type === "checkbox") {
    const box = h("input", { type, checked: Boolean(value), ...shared });
    return h("div", { class: "field check" }, h("div", {}, box, h("label", { for: id }, label)), about, wrong);
  }
  const control = options
    ? h("select", shared, options.map(([each, text, disabled]) => h("option", { value: each, selected: each === value, disabled }, text)))
    : h(type === "textarea" ? "textarea" : "input", { ...(type === "textarea" ? { rows: 4 } : { type }), value: value ?? "", ...shared });
  return h("div", { class: "field" }, h("label", { for: id }, label), about, control, wrong);
}

/** A form of these fields (or other elements). `send` gets {name: value}; what it returns is shown in place of an answer. */
export function form({ items, submit, send, kind = "", small = false }) {
  const button = h("button", { type: "submit", class: `button ${kind || "primary"}` }, submit);
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const made = h("form", { noValidate: true, class: small ? "inline" : "stack" }, items, h("div", { class: "actions" }, button), answer);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clear(made);
    answer.replaceChildren();
    if (!complete(made)) return;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const said = await send(values(made), made);
      if (said instanceof Node) answer.replaceChildren(said);
    } catch (error) {
      if (!beside(made, error)) answer.replaceChildren(refusalBox(error));
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
  return made;
}

/** A button that does one thing; a refusal is shown after it. */
export function action(text, act, { kind = "", ask = null, label = null } = {}) {
  const answer = h("span", { class: "answer", "aria-live": "polite" });
  const button = h("button", { type: "button", class: `button ${kind}`, "aria-label": label }, text);
  button.addEventListener("click", async () => {
    if (ask && !(await sure(ask, text))) return;
    button.disabled = true;
    answer.replaceChildren();
    try {
      const said = await act(button);
      if (said instanceof Node) answer.replaceChildren(said);
    } catch (error) {
      answer.replaceChildren(refusalBox(error));
    } finally {
      button.disabled = false;
    }
  });
  return h("span", { class: "action" }, button, answer);
}

/** Asks before what cannot be taken back. */
function sure(question, text) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-label": text }, h("p", {}, question), h("form", { method: "dialog", class: "actions" },
      h("button", { value: "yes", class: "button danger" }, text), h("button", { value: "no", class: "button" }, t("form.cancel"))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function values(made) {
  const found = {};
  for (const each of made.elements) {
    if (!each.name || each.disabled) continue;
    if (each.type === "checkbox") found[each.name] = each.checked;
    else if (each.type === "file") found[each.name] = [...each.files];
    else if (each.type !== "radio" || each.checked) found[each.name] = each.value.trim === undefined || each.type === "password" ? each.value : each.value.trim();
  }
  return found;
}

function clear(made) {
  for (const each of made.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  for (const each of made.querySelectorAll(".wrong")) each.hidden = true;
}

function complain(control, text) {
  const place = document.getElementById(`${control.id}-error`);
  if (place === null) return false;
  control.setAttribute("aria-invalid", "true");
  place.textContent = text;
  place.hidden = false;
  return true;
}

function complete(made) {
  const wrong = [...made.elements].filter((each) => each.willValidate && !each.checkValidity());
  for (const each of wrong) complain(each, each.validity.valueMissing ? (each.type === "checkbox" ? t("form.tick") : t("form.needed")) : each.validationMessage);
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** Puts each problem beside its field; false when one has no field here. */
function beside(made, error) {
  const problems = error.errors ?? [];
  const placed = problems.map((each) => {
    const name = each.field.split(/[.[]/)[0];
    const control = made.elements[each.field] ?? made.elements[name];
    return control?.id !== undefined && complain(control, problemText(each));
  });
  made.querySelector("[aria-invalid]")?.focus();
  return problems.length > 0 && placed.every(Boolean);
}
