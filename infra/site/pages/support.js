/** Customer service: a request of a visitor, tickets of a member. */

import { h } from "../dom.js";
import { field, form, note } from "../forms.js";
import { go, link } from "../router.js";
import { api, ready, session } from "../session.js";
import { described, put, states } from "../files.js";
import { pages } from "../tracks.js";
import { day, instant, named, t } from "../words.js";
import { parts } from "./account.js";

const KINDS = ["question", "complaint", "privacy", "ownership", "guardian", "relative"];
const FILES = "application/pdf,image/png,image/jpeg";

const items = (own) => [own ? null : field({ name: "email", label: t("field.email"), type: "email", required: true, autocomplete: "email" }), field({ name: "kind", label: t("ticket.kind"), options: KINDS.map((each) => [each, named("ticket_kind", each)]) }),
  field({ name: "subject", label: t("ticket.subject"), required: true, maxlength: 200 }), field({ name: "text", label: t("ticket.text"), type: "textarea", required: true }), field({ name: "files", label: t("ticket.files"), type: "file", multiple: true, accept: FILES })];

async function send(own, { files, ...values }) {
  const attachments = await Promise.all(files.map(described));
  const made = own ? await api.openTicket({ "Idempotency-Key": crypto.randomUUID() }, { ...values, attachments }) : await api.requestSupport({ ...values, attachments });
  await Promise.all(made.uploads.map((each, at) => put(each, files[at])));
  return made;
}

export default async function support() {
  await ready;
  const own = session.held;
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.support")), own ? link("/tickets", t("part.tickets")) : null, form({ items: items(own), submit: t("ticket.send"), send: async (values, made) => {
    const sent = await send(own, values);
    if (own) return go(`/tickets/${sent.number}`);
    made.reset();
    return note(t("ticket.sent", { number: sent.ticket_number, at: day(sent.due_at) }));
  } }));
}

const state = (each) => states("ticket_status", each.status, { open: "warn", answered: "good" });

export async function tickets() {
  const row = (each) => h("li", { class: "line" }, h("div", {}, link(`/tickets/${each.number}`, each.subject), h("p", { class: "muted" }, `${each.number} · ${named("ticket_kind", each.kind)} · ${day(each.opened_at)}`)), state(each));
  return h("section", {}, h("h1", {}, t("part.tickets")), parts(), link("/support", t("ticket.new"), { class: "button primary" }), pages(await api.listTickets(), (cursor) => api.listTickets({ cursor }), row));
}

export async function ticket({ parameters: { number } }) {
  const found = await api.showTicket({ number });
  return h("section", { class: "narrow" }, h("h1", {}, found.subject), h("p", {}, state(found), " ", h("span", { class: "muted" }, `${number} · ${t("ticket.due", { at: day(found.due_at) })}`)),
    found.messages.map((each) => h("div", { class: "card" }, h("p", { class: "muted" }, `${named("author", each.author)} · ${instant(each.at)}`), h("pre", {}, each.text))),
    form({ items: [field({ name: "text", label: t("ticket.text"), type: "textarea", required: true })], submit: t("ticket.send"), send: async (values) => {
      await api.writeMessage({ number, "Idempotency-Key": crypto.randomUUID() }, values);
      await go(`/tickets/${number}`, { replace: true });
    } }));
}
