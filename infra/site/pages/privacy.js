/** Consents, the timeline, the member's data, closing the account. */

import { h } from "../dom.js";
import { action, blockText, field, form, note, refusalBox } from "../forms.js";
import { go, link } from "../router.js";
import { api } from "../session.js";
import { states } from "../files.js";
import { pages } from "../tracks.js";
import { day, instant, joined, named, published, size, speaking, t } from "../words.js";
import { parts } from "./account.js";

const titled = (key, ...content) => h("section", {}, h("h1", {}, t(key)), parts(), ...content);

export async function consents() {
  const { items } = await api.listConsents();
  const answer = h("div", { "aria-live": "polite" });
  return titled("part.account.consents", h("p", { class: "muted" }, t("consents.text")), h("ul", { class: "list" }, items.map((each) => h("li", {}, field({
    name: each.id, label: named("consent", each.id), hint: published(each.purpose, each.translations), type: "checkbox", value: each.given, onchange: async ({ target }) => {
      try {
        await api.putConsent({ id: each.id }, { given: target.checked, version: each.version });
        answer.replaceChildren(note(t("form.saved")));
      } catch (error) {
        target.checked = !target.checked;
        answer.replaceChildren(refusalBox(error));
      }
    } })))), answer);
}

export async function timeline() {
  const language = speaking();
  const row = (each) => h("li", { class: "line" }, h("div", {}, each.text), h("span", { class: "muted" }, instant(each.at)));
  return titled("part.account.timeline", pages(await api.getTimeline({ language }), (cursor) => api.getTimeline({ cursor, language }), row));
}

const LOOK_MILLISECONDS = 1000;

export async function data({ query }) {
  const [searches, disclosures] = await Promise.all([api.listSearches(), api.listDisclosures()]);
  const place = h("div", { "aria-live": "polite" });
  const watch = async (id) => {
    const found = await api.getExport({ id });
    place.replaceChildren(found.status === "ready" ? h("div", { class: "alert good" }, h("a", { href: found.url, download: "" }, t("data.save", { size: size(found.bytes) }))) : note(t(`data.${found.status}`), "warn"));
    if (found.status === "pending" && (place.isConnected || !place.wasShown)) {
      place.wasShown ||= place.isConnected;
      setTimeout(watch, LOOK_MILLISECONDS, id);
    }
  };
  if (query.get("export")) watch(query.get("export"));
  return titled("part.account.data", h("p", {}, t("data.text")), action(t("data.ask"), async () => watch((await api.requestExport()).export_id), { kind: "primary" }), place,
    h("h2", {}, t("data.searches")), searches.items.length ? h("div", {}, h("ul", { class: "list" }, searches.items.map((each) => h("li", { class: "line" }, h("span", {}, each.q), h("span", { class: "muted" }, instant(each.at))))), action(t("data.clear"), async () => { await api.clearSearches(); await go("/account/data", { replace: true }); })) : h("p", { class: "muted" }, t("data.no_searches")),
    h("h2", {}, t("data.disclosures")), disclosures.items.length ? h("ul", { class: "list" }, disclosures.items.map((each) => h("li", {}, joined(day(each.at), each.to, each.what, each.why)))) : h("p", { class: "muted" }, t("list.empty")));
}

export async function closing() {
  const found = await api.showClosing();
  const blocks = found.blocks.length ? h("div", { class: "alert warn" }, h("p", {}, t("closing.blocks")), h("ul", {}, found.blocks.map((each) => h("li", {}, blockText(each))))) : null;
  const again = () => go("/account/closing", { replace: true });
  return titled("part.account.closing", h("p", {}, states("closing", found.status, { applied: "warn", refused: "bad" })), blocks, h("p", {}, t("closing.text"), " ", link("/account/data", t("part.account.data"))),
    found.status === "applied" ? action(t("closing.withdraw"), async () => { await api.withdrawClosing(); await again(); }) : form({
      items: [field({ name: "reason", label: t("closing.reason"), type: "textarea" }), field({ name: "forfeit", label: t("closing.forfeit"), type: "checkbox" }), field({ name: "sure", label: t("closing.sure"), type: "checkbox", required: true })],
      submit: t("closing.apply"), kind: "danger", send: async ({ reason, forfeit }) => { await api.applyForClosing({ forfeit, ...(reason && { reason }) }); await again(); },
    }));
}
