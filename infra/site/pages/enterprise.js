/** An enterprise: its particulars and its letter of authority. */

import { h } from "../dom.js";
import { field, form, note, refusalText } from "../forms.js";
import { api } from "../session.js";
import { described, put, states } from "../files.js";
import { countries, t } from "../words.js";
import { parts } from "./account.js";

export default async function enterprise() {
  const frame = (...content) => h("section", {}, h("h1", {}, t("part.account.enterprise")), parts(), ...content);
  let found;
  try {
    found = await api.getEnterprise();
  } catch (error) {
    if (error.code !== "not_an_enterprise") throw error;
    return frame(note(refusalText(error), "warn"));
  }
  const { company, letter_of_authority: letter } = found;
  return frame(h("div", { class: "cards" }, h("section", { class: "card" }, h("h2", {}, t("enterprise.company")), form({
    items: [field({ name: "name", label: t("billing.name"), required: true, value: company?.name }), field({ name: "address", label: t("billing.address"), type: "textarea", required: true, value: company?.address.join("\n") }),
      field({ name: "country", label: t("field.country"), options: countries(), required: true, value: company?.country }), field({ name: "registration_number", label: t("enterprise.registration"), value: company?.registration_number })],
    submit: t("form.save"), send: async ({ address, ...values }) => { await api.putEnterprise({ ...values, address: address.split("\n").filter(Boolean) }); return note(t("form.saved")); },
  })), h("section", { class: "card" }, h("h2", {}, t("enterprise.letter")), letter ? h("p", {}, states("letter", letter.status, { accepted: "good", refused: "bad" })) : h("p", {}, t("enterprise.letter_text")), form({
    items: [field({ name: "file", label: "PDF", type: "file", accept: "application/pdf", required: true })], submit: t("enterprise.send"),
    send: async ({ file: [file] }) => { await put(await api.sendLetter(await described(file)), file); return note(t("enterprise.sent")); },
  }))));
}
