/** Licences: the request for one, the letter, and the text for a platform that claims the music. */

import { h } from "../dom.js";
import { action, field, form, note } from "../forms.js";
import { go, link } from "../router.js";
import { api, origin } from "../session.js";
import { save, states } from "../files.js";
import { pages } from "../tracks.js";
import { LANGUAGES, day, instant, isolated, joined, named, speaking, t } from "../words.js";
import { useFields, useOf } from "./downloads.js";

const state = (each) => states("license", each.status, { valid: "good", revoked: "bad", superseded: "warn" });

export default async function licenses({ query }) {
  const asked = query.get("status") ? { status: query.get("status") } : {};
  const row = (each) => h("li", { class: "line" }, h("div", {}, link(`/licenses/${each.number}`, each.track.title), h("p", { class: "muted" }, joined(each.number, each.project.name, named("purpose", each.purpose), day(each.issued_at)))), state(each));
  return h("section", {}, h("h1", {}, t("nav.licenses")), pages(await api.listLicenses(asked), (cursor) => api.listLicenses({ ...asked, cursor }), row));
}

/** Who is licensed, and in which language the letter is. */
export const licenseeFields = (account) => [
  field({ name: "name", label: t("license.name"), hint: t("license.name_hint"), required: true, autocomplete: "name", value: account.end_user ?? "" }),
  field({ name: "kind", label: t("license.kind"), options: [["individual", t("licensee.individual")], ["enterprise", t("licensee.enterprise")]] }),
  field({ name: "language", label: t("license.language"), options: Object.entries(LANGUAGES), value: speaking() }),
];

export async function request({ parameters: { id } }) {
  const [found, plans, account, membership] = await Promise.all([api.getDownload({ id }), api.listPlans(), api.getAccount(), api.getMembership()]);
  const plan = plans.items.find((each) => each.id === membership.plan);
  const key = crypto.randomUUID();
  return h("section", { class: "narrow" }, h("h1", {}, t("license.for", { title: found.title })), note(t("license.binding"), "warn"), form({
    items: [
      useFields(plans, plan?.rights, found), licenseeFields(account),
    ],
    submit: t("license.issue"),
    send: async ({ name, kind, language, ...use }) => {
      const made = await api.issueLicense({ "Idempotency-Key": key }, { download_id: id, licensee: { name, kind }, language, ...useOf(use) });
      return go(`/licenses/${made.number}`);
    },
  }));
}

export async function license({ parameters: { number } }) {
  const [found, { platforms }] = await Promise.all([api.getLicense({ number }), api.listPlans()]);
  const rows = [["license.number", found.number], ["license.track", joined(found.track.title, found.track.artist)], ["license.name", isolated(found.licensee.name)], ["license.project", isolated(found.project.name)], ["use.purpose", named("purpose", found.purpose)], ["use.platform", found.platform], ["license.issued", instant(found.issued_at)]].filter(([, value]) => value);
  return h("section", {}, h("h1", {}, t("license.title")), h("p", {}, state(found)),
    h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value)))),
    h("div", { class: "actions" }, action(t("license.save"), async () => save(await api.getDocument({ number }), `${number}.pdf`), { kind: "primary" }),
      h("a", { class: "button", href: `${origin}/verify?number=${encodeURIComponent(number)}&lang=${speaking()}` }, t("nav.verify"))),
    h("h2", {}, t("dispute.title")), h("p", { class: "muted" }, t("dispute.text")), form({
      small: true, kind: "plain-button",
      items: [field({ name: "platform", label: t("use.platform"), options: platforms.map((each) => [each.id, each.name]), value: found.platform })],
      submit: t("dispute.make"),
      send: async ({ platform }) => {
        const { text } = await api.getDisputeText({ number, platform, language: speaking() });
        return h("div", {}, h("pre", { tabindex: 0 }, text), action(t("dispute.copy"), async () => { await navigator.clipboard.writeText(text); return note(t("dispute.copied")); }));
      },
    }));
}
