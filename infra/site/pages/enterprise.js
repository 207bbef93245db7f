/** An enterprise: its particulars and its letter of authority. */

import { acceptances, accepted } from "../agreed.js";
import { h } from "../dom.js";
import { field, form, note } from "../forms.js";
import { api } from "../session.js";
import { described, put, states } from "../files.js";
import { countries, day, t } from "../words.js";
import { parts } from "./account.js";

const AGREEMENTS = ["user-agreement", "privacy-policy", "premium-agreement"];
const PLAIN = ["name", "country", "registration_number"];
const KINDS = { accepted: "good", refused: "bad", unreadable: "bad", in_review: "warn" };

export default async function enterprise() {
  const frame = (...content) => h("section", {}, h("h1", {}, t("part.account.enterprise")), parts(), ...content);
  const { company, declaration, letter_of_authority: letter } = await api.getEnterprise();
  const boxes = await acceptances(AGREEMENTS, { legend: t("enterprise.consented"), text: t("enterprise.consent_to"), given: declaration.status === "given", required: false });
  return frame(h("div", { class: "cards" }, h("section", { class: "card" }, h("h2", {}, t("enterprise.company")), form({
    items: [field({ name: "name", label: t("billing.name"), required: true, value: company?.name }), field({ name: "address", label: t("billing.address"), type: "textarea", required: true, value: company?.address.join("\n") }),
      field({ name: "country", label: t("field.country"), options: countries(), required: true, value: company?.country }), field({ name: "registration_number", label: t("enterprise.registration"), value: company?.registration_number }), boxes],
    submit: t("form.save"), send: async (values) => {
      const consented = accepted(boxes);
      const given = Object.fromEntries(PLAIN.filter((name) => values[name]).map((name) => [name, values[name]]));
      await api.putEnterprise({ ...given, address: values.address.split("\n").filter(Boolean), ...(consented.length && { consented }) });
      return note(t("form.saved"));
    },
  })), h("section", { class: "card" }, h("h2", {}, t("enterprise.letter")), h("p", {}, t("enterprise.letter_text")), letter ? h("p", {}, letter.name, " ", states("letter", letter.status, KINDS), letter.due_at ? ` ${t("enterprise.due", { at: day(letter.due_at) })}` : "") : null, form({
    items: [field({ name: "file", label: t("enterprise.file"), type: "file", accept: "application/pdf,image/png,image/jpeg", required: true })], submit: t("enterprise.send"),
    send: async ({ file: [file] }) => { await put(await api.sendLetter(await described(file)), file); return note(t("enterprise.sent")); },
  }))));
}
