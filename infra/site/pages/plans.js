/** Plans, and the purchase of one: quote, confirmation of exactly that price, payment at the provider. */

import { acceptances, accepted } from "../agreed.js";
import { h } from "../dom.js";
import { action, field, form, note } from "../forms.js";
import { go, link } from "../router.js";
import { api, ready, session } from "../session.js";
import { day, instant, money, named, speaking, t } from "../words.js";

export default async function plans({ query }) {
  const [{ items, purposes }] = await Promise.all([api.listPlans(), ready]);
  const membership = session.held ? await api.getMembership() : null;
  const running = membership?.status === "active" ? note(t("plans.running", { plan: name(items, membership.plan), until: day(membership.ends_at) })) : null;
  const purchase = h("section", { "aria-live": "polite" });
  const choose = async (plan) => {
    if (!session.held) return go(`/sign-in?next=${encodeURIComponent(`/plans?plan=${plan.id}`)}`);
    purchase.replaceChildren(await buy(plan));
    purchase.querySelector("h2").scrollIntoView({ block: "start" });
    purchase.querySelector("select").focus();
  };
  const card = (plan) => h("article", { class: "card" }, h("h2", {}, plan.name),
    h("p", {}, h("span", { class: "price" }, price(plan.prices[0])), " ", t("plans.per", { term: term(plan.prices[0].term) })),
    h("p", { class: "muted" }, t("plans.daily", { count: plan.daily_downloads }), " · ", named("audience", plan.audience)),
    rightsTable(plan.rights, purposes), h("div", { class: "actions" }, action(t("plans.choose"), () => choose(plan), { kind: "primary", label: `${t("plans.choose")}: ${plan.name}` })));
  const made = h("section", {}, h("h1", {}, t("nav.plans")), running, h("div", { class: "cards" }, items.map(card)), purchase);
  const asked = items.find((each) => each.id === query.get("plan"));
  if (asked && session.held) purchase.replaceChildren(await buy(asked));
  return made;
}

const name = (items, id) => items.find((each) => each.id === id)?.name ?? id;
const price = ({ amount, currency }) => money(amount, currency);
/** A term in words: plans are data, and may be sold for any number of months or years. */
export function term(id) {
  const [, count, unit] = /^(\d+)_(month|year)s$/.exec(id) ?? [];
  return count ? Number(count).toLocaleString(speaking(), { style: "unit", unit, unitDisplay: "long" }) : named("term", id);
}

/** What each purpose is permitted for, as the plan has it. */
export function rightsTable(rights, purposes) {
  const kinds = { yes: "good", personal: "warn", no: "bad" };
  return h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("rights.purpose")), h("th", { scope: "col" }, t("rights.permitted")))),
    h("tbody", {}, purposes.map(({ id }) => h("tr", {}, h("td", {}, named("purpose", id)), h("td", {}, h("span", { class: `state ${kinds[rights[id]] ?? ""}` }, named("right", rights[id] ?? "no")))))));
}

async function buy(plan) {
  const boxes = await acceptances(plan.agreements);
  const prices = plan.prices.map((each) => [`${each.term} ${each.currency}`, `${price(each)} · ${term(each.term)}`]);
  const key = crypto.randomUUID();
  const place = h("div", { class: "narrow" });
  place.append(h("h2", {}, t("plans.buy", { plan: plan.name })), form({
    items: [field({ name: "price", label: t("plans.price"), options: prices }), field({ name: "start", label: t("plans.start"), options: [["at_once", t("start.at_once")], ["after_running", t("start.after_running")]] }), boxes],
    submit: t("plans.quote"),
    send: async (values) => {
      const [chosen, currency] = values.price.split(" ");
      const order = await api.createOrder({ "Idempotency-Key": `${key} ${values.price} ${values.start}` }, { plan: plan.id, term: chosen, currency, start: values.start, accept: accepted(boxes) });
      place.replaceChildren(h("h2", {}, t("order.confirm")), quote(order));
      place.querySelector("button").focus();
    },
  }));
  return place;
}

/** The page that the order came from. */
export function origin({ storage, special }) {
  if (storage) return `/storage/${storage.device_id}`;
  return special ? "/orders" : "/plans";
}

/** When what is bought begins, and what is given up for it. */
function beginning({ start, storage }) {
  const values = { at: instant(start.starts_at), until: start.gives_up.length ? instant(start.gives_up.map((each) => each.ends_at).sort().at(-1)) : "" };
  if (storage) return t(start.start === "at_once" ? "start.storage_at_once" : "start.storage_after_running", values);
  return t(start.gives_up.length ? "start.gives_up" : "start.begins", values);
}

function tax({ tax: due, currency }) {
  if (!due) return t("order.no_tax");
  return t(due.reverse_charge ? "order.reverse_charge" : "order.tax", { amount: money(due.amount, currency), name: due.name });
}

/** What an order costs and brings, with the button that confirms exactly this and goes to the payment. */
export function quote(order, terms = {}) {
  return h("div", { class: "card chosen" }, h("p", { class: "price" }, money(order.amount, order.currency)), h("p", { class: "muted" }, order.special ? tax(order) : `${term(order.term)} · ${tax(order)}`),
    order.start ? h("p", {}, beginning(order)) : null, h("p", { class: "hint" }, t("order.expires", { at: instant(order.expires_at) })),
    h("div", { class: "actions" }, action(t("order.pay", { amount: money(order.amount, order.currency) }), async () => {
      const confirmed = await api.confirmOrder({ id: order.order_id }, { amount: order.amount, currency: order.currency, ...terms });
      location.assign(confirmed.checkout_url);
    }, { kind: "primary" }), link(origin(order), t("form.cancel"), { class: "button" })));
}
