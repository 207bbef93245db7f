/** The account: particulars, billing, and the way to its other pages. */

import { h } from "../dom.js";
import { field, form, note } from "../forms.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { LANGUAGES, countries, day, named, t } from "../words.js";

const PARTS = ["/account", "/account/security", "/account/consents", "/account/timeline", "/account/data", "/account/enterprise", "/orders", "/invoices", "/storage", "/tickets", "/account/closing"];
const PLAIN = ["display_name", "nickname", "occupation", "signature", "region", "education"];

export const parts = () => h("nav", { class: "sub", "aria-label": t("account.parts") }, PARTS.map((path) => link(path, t(`part.${path.slice(1).replaceAll("/", ".")}`), { "aria-current": path === location.pathname ? "page" : null })));

export default async function account() {
  let found = await api.getAccount();
  const particulars = form({
    items: [
      ...PLAIN.map((name) => field({ name, label: t(`account.${name}`), value: found[name] })),
      field({ name: "birthday", label: t("account.birthday"), type: "date", value: found.birthday }),
      field({ name: "profile", label: t("account.profile"), type: "textarea", value: found.profile }),
      field({ name: "country", label: t("field.country"), options: countries(), value: found.country ?? "" }),
      field({ name: "language", label: t("account.language"), options: [["", "–"], ...Object.entries(LANGUAGES)], value: found.language ?? "" }),
    ],
    submit: t("form.save"),
    send: async (values) => {
      const changed = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value || null]).filter(([name, value]) => value !== (found[name] ?? null)));
      if (Object.keys(changed).length) found = await api.changeAccount({ "If-Match": found.etag }, changed);
      return note(t("form.saved"));
    },
  });
  let billing = await api.getBilling().catch((error) => (error.status === 404 ? null : Promise.reject(error)));
  const invoices = form({
    items: [field({ name: "name", label: t("billing.name"), required: true, value: billing?.name }), field({ name: "address", label: t("billing.address"), type: "textarea", required: true, value: billing?.address.join("\n") }),
      field({ name: "country", label: t("field.country"), options: countries(), required: true, value: billing?.country }), field({ name: "tax_id", label: t("billing.tax_id"), hint: t("billing.tax_id_hint"), value: billing?.tax_id })],
    submit: t("form.save"),
    send: async ({ name, address, country, tax_id }) => {
      billing = await api.putBilling(billing ? { "If-Match": billing.etag } : {}, { name, address: address.split("\n").filter(Boolean), country, ...(tax_id && { tax_id }) });
      return note(t("form.saved"));
    },
  });
  return h("section", {}, h("h1", {}, t("nav.account")), parts(), h("p", {}, found.email, " ", h("span", { class: "state" }, named("account_status", found.status))), h("p", { class: "muted" }, t("account.since", { at: day(found.created_at) })),
    h("div", { class: "cards" }, h("section", { class: "card" }, h("h2", {}, t("account.particulars")), particulars), h("section", { class: "card" }, h("h2", {}, t("billing.title")), invoices)));
}
