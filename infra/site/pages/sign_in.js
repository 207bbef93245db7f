/** Signing in, and a new password by a code. */

import { h } from "../dom.js";
import { field, form, note } from "../forms.js";
import { go, link, next } from "../router.js";
import { api } from "../session.js";
import { t } from "../words.js";

const email = (value = "") => field({ name: "email", label: t("field.email"), type: "email", autocomplete: "username", required: true, value });
const code = () => field({ name: "code", label: t("field.code"), inputmode: "numeric", autocomplete: "one-time-code", required: true });
const fresh = (name) => field({ name, label: t("field.new_password"), hint: t("field.password_hint"), type: "password", autocomplete: "new-password", required: true });

export default async function signIn({ query }) {
  const challenge = h("div", {});
  const made = form({
    items: [email(query.get("email") ?? ""), field({ name: "password", label: t("field.password"), type: "password", autocomplete: "current-password", required: true }), challenge],
    submit: t("nav.sign_in"),
    send: async (values) => {
      try {
        await api.signIn(values.code ? values : { email: values.email, password: values.password });
      } catch (error) {
        if (error.code === "account_not_verified") return go(`/verify-email?email=${encodeURIComponent(values.email)}`);
        if (error.code === "sign_in_code_required" && !challenge.firstChild) challenge.replaceChildren(code());
        throw error;
      }
      return go(next(query));
    },
  });
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.sign_in")), made,
    h("p", {}, link("/forgotten", t("sign_in.forgotten"))), h("p", {}, t("sign_in.new"), " ", link("/sign-up", t("nav.sign_up"))), h("p", { class: "hint" }, t("sign_in.kept")));
}

export async function forgotten() {
  const place = h("div", {});
  const ask = form({ items: [email()], submit: t("forgotten.send"), send: async (values) => {
    await api.askForResetCode(values);
    place.replaceChildren(note(t("forgotten.sent")), form({ items: [code(), fresh("new_password")], submit: t("forgotten.set"), send: async (more) => {
      await api.resetPassword({ ...values, ...more });
      return go("/sign-in");
    } }));
  } });
  place.append(ask);
  return h("section", { class: "narrow" }, h("h1", {}, t("sign_in.forgotten")), place);
}
