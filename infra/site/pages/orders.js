/** Orders with their documents; one order after the return from its payment; invoices. */

import { h } from "../dom.js";
import { action, note } from "../forms.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { save, states } from "../files.js";
import { pages } from "../tracks.js";
import { awaited } from "../waiting.js";
import { day, instant, isolated, joined, money, named, published, t } from "../words.js";
import { origin, quote, term } from "./plans.js";

const kinds = { paid: "good", pending: "warn", quoted: "warn", declined: "bad", disputed: "bad" };
/** What a status means for the buyer, and how it looks. */
const NOTES = { paid: "good", pending: "warn", disputed: "warn" };
const state = (order) => states("order", order.status, kinds);
/** A plan, cloud storage, or a special licence. */
function what(order) {
  if (order.special) return t("order.special");
  return order.storage ? `${t("part.storage")} · ${named("package", order.storage.package)} · ${term(order.term)}` : `${named("plan", order.plan)} · ${term(order.term)}`;
}

export default async function orders() {
  const row = (each) => h("li", { class: "line" },
    h("div", {}, link(`/orders/${each.order_id}`, what(each)), h("p", { class: "muted" }, instant(each.quoted_at))), h("span", {}, money(each.amount, each.currency)), state(each));
  return h("section", {}, h("h1", {}, t("orders.title")), h("p", {}, link("/invoices", t("invoices.title"))), pages(await api.listOrders(), (cursor) => api.listOrders({ cursor }), row));
}

/** An order; while its payment is under way, it is looked at again until it is decided. */
export async function order({ parameters: { id } }) {
  const place = h("div", { "aria-live": "polite" });
  const draw = async (found) => {
    const terms = found.special ? await api.getSpecialTerms({ id }) : null;
    const letter = terms && found.status === "paid" ? await api.getSpecialLicense({ id }).catch(() => null) : null; // it may not be made yet
    place.replaceChildren(drawn(found, terms, letter?.revoked_at));
  };
  const first = await api.getOrder({ id });
  await draw(first);
  const decided = async () => {
    if (!place.isConnected) return first;
    const found = await api.getOrder({ id }).catch(() => first); // the next look may succeed
    return found.status === "pending" ? null : found;
  };
  const look = async () => {
    const found = await awaited(decided);
    if (found && found !== first) await draw(found);
  };
  if (first.status === "pending") setTimeout(look); // once the page is shown
  return h("section", { class: "narrow" }, h("h1", {}, t("order.title")), place);
}

const SPECIAL = ["licensee", "designated_user", "further_users", "purpose", "projects", "territory", "period", "scope", "conditions", "prohibited"];

/** The files of a licensed track, once the licence is paid. */
const filesOf = (id, { track_id, title }) => h("div", { class: "actions" }, ["wav", "mp3"].map((rendition) => {
  const form = rendition.toUpperCase();
  return action(form, async () => save((await licensed(() => api.issueSpecialLink({ id }, { track_id, rendition }))).url, ""), { label: t("special.file", { title, form }) });
}));

/** The terms of a special licence, which are accepted with the confirmation. */
function special(terms, { order_id: id, status }, revokedAt) {
  const said = (name) => {
    const value = terms[name];
    if (name === "prohibited") return h("ul", {}, value.map((each) => h("li", {}, named("prohibited", each))));
    return Array.isArray(value) ? value.map(isolated).join("; ") : isolated(value?.name ?? value);
  };
  return h("section", { class: "card" }, h("h2", {}, t("special.title")), h("ul", {}, terms.tracks.map((each) => h("li", {}, joined(each.title, each.artist), status === "paid" && !revokedAt ? filesOf(id, each) : null))),
    h("dl", { class: "facts" }, SPECIAL.filter((name) => terms[name] !== null && terms[name].length !== 0).map((name) => h("div", {}, h("dt", {}, t(`special.${name}`)), h("dd", {}, said(name))))));
}

function drawn(found, terms, revokedAt) {
  const { order_id: id } = found;
  const rows = [["order.what", what(found)], ["order.amount", money(found.amount, found.currency)], ["order.number", id], ["order.at", instant(found.quoted_at)]];
  if (found.amount_returned) rows.splice(2, 0, ["order.returned", money(found.amount_returned, found.currency)]);
  const paid = ["paid", "refunded", "disputed"].includes(found.status);
  const over = ["declined", "expired"].includes(found.status) && !found.checkout_url && !found.special;
  return h("div", {}, h("p", {}, state(found)), found.problem_detail ? note(published(found.problem_detail, found.problem_translations), "bad") : null,
    revokedAt ? note(t("refusal.special_license_revoked"), "bad") : NOTES[found.status] ? note(t(`order_note.${found.status}`), NOTES[found.status]) : null,
    h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value)))),
    terms ? special(terms, found, revokedAt) : null, found.status === "quoted" ? quote(found, terms ? { terms_sha256: terms.terms_sha256 } : {}) : null,
    h("div", { class: "actions" }, found.checkout_url ? h("a", { class: "button primary", href: found.checkout_url }, t("order.to_payment")) : null,
      over ? link(origin(found), t("order.new"), { class: "button primary" }) : null,
      terms && found.status === "paid" ? action(t("license.save"), async () => save(await letterOf(id), `${id}.pdf`)) : null,
      paid ? action(t("invoice.save"), () => invoiceOf(id)) : null, found.status === "paid" ? next(found) : null));
}

/** Where the buyer uses what was paid. */
function next({ storage, special: terms }) {
  if (terms) return null;
  return storage ? link(`/storage/${storage.device_id}`, t("order.device"), { class: "button primary" }) : link("/", t("nav.browse"), { class: "button primary" });
}

const letterOf = (id) => licensed(() => api.getSpecialLicense({ id, Accept: "application/pdf" }));

/** The letter is made after the payment: where it is not there yet, this waits for it. */
async function licensed(ask) {
  return await awaited(() => ask().catch((error) => (error.code === "special_license_not_found" ? null : Promise.reject(error)))) ?? ask();
}

async function invoiceOf(id) {
  const { number } = await api.getInvoice({ id });
  save(await api.getInvoiceDocument({ number }), `${number}.pdf`);
}

export async function invoices() {
  const row = (each) => h("li", { class: "line" },
    h("div", {}, h("h2", {}, each.number), h("p", { class: "muted" }, `${named("document", each.kind)} · ${day(each.issued_at)}`)), h("span", {}, money(each.total, each.currency)),
    action(t("invoice.save"), async () => save(await api.getInvoiceDocument({ number: each.number }), `${each.number}.pdf`), { label: `${t("invoice.save")}: ${each.number}` }));
  return h("section", {}, h("h1", {}, t("invoices.title")), pages(await api.listInvoices(), (cursor) => api.listInvoices({ cursor }), row));
}
