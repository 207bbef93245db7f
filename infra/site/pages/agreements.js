/** Agreements with their versions, and who processes members' data. */

import { h } from "../dom.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { day, published, t } from "../words.js";

export default async function agreements() {
  const { items } = await api.listAgreements();
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.agreements")), h("ul", { class: "list" }, items.map((each) => h("li", {}, link(`/agreements/${each.id}`, published(each.title, each.translations)), h("p", { class: "muted" }, t("agreed.since", { version: each.version, at: day(each.effective_at) }))))));
}

export async function agreement({ parameters: { id }, query }) {
  const found = await api.getAgreement({ id, version: query.get("version") });
  return h("section", { class: "narrow" }, h("h1", {}, published(found.title, found.translations)), h("p", { class: "muted" }, t("agreed.since", { version: found.version, at: day(found.effective_at) })), h("pre", { lang: "en" }, found.text),
    h("h2", {}, t("agreed.versions")), h("ul", { class: "list" }, (found.versions ?? []).map((each) => h("li", {}, link(`/agreements/${id}?version=${encodeURIComponent(each.version)}`, each.version)))));
}

export async function processors() {
  const { items } = await api.listProcessors();
  const fact = (each, name) => h("div", {}, h("dt", {}, t(`processors.${name}`)), h("dd", {}, published(each, each.translations)[name]));
  const row = (each) => h("li", {}, h("h2", {}, each.name), h("dl", { class: "facts" }, ["purpose", "data", "place"].map((name) => fact(each, name)),
    h("div", {}, h("dt", {}, t("processors.since")), h("dd", {}, day(each.since)))));
  return h("section", {}, h("h1", {}, t("nav.processors")), h("ul", { class: "list" }, items.map(row)));
}
