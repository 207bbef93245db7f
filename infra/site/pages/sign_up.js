/** Signing up with the agreements, proving the address, a guardian's consent. */

import { acceptances, accepted } from "../agreed.js";
import { h } from "../dom.js";
import { action, field, form, note } from "../forms.js";
import { go, link } from "../router.js";
import { api } from "../session.js";
import { countries, t } from "../words.js";

export default async function signUp() {
  const boxes = await acceptances(["user-agreement", "privacy-policy"]);
  const guardian = h("div", { hidden: true }, field({ name: "guardian_email", label: t("field.guardian_email"), hint: t("field.guardian_hint"), type: "email", disabled: true, required: true }));
  const minor = field({ name: "minor", label: t("field.minor"), type: "checkbox", onchange: (event) => {
    guardian.hidden = !event.target.checked;
    guardian.querySelector("input").disabled = !event.target.checked;
  } });
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.sign_up")), form({
    items: [
      field({ name: "email", label: t("field.email"), type: "email", autocomplete: "username", required: true }),
      field({ name: "password", label: t("field.password"), hint: t("field.password_hint"), type: "password", autocomplete: "new-password", required: true }),
      field({ name: "display_name", label: t("field.display_name"), autocomplete: "nickname" }),
      field({ name: "country", label: t("field.country"), hint: t("field.country_hint"), autocomplete: "country", required: true, options: countries() }),
      minor, guardian, boxes,
    ],
    submit: t("nav.sign_up"),
    send: async ({ email, password, display_name, country, minor: young, guardian_email }) => {
      await api.signUp({ email, password, minor: young, accept: accepted(boxes), ...(display_name && { display_name }), country, ...(young && { guardian_email }) });
      return go(`/verify-email?email=${encodeURIComponent(email)}${young ? "&minor=yes" : ""}`);
    },
  }), h("p", {}, t("sign_up.known"), " ", link("/sign-in", t("nav.sign_in"))));
}

export async function verify({ query }) {
  const email = query.get("email") ?? "";
  return h("section", { class: "narrow" }, h("h1", {}, t("verify.title")), h("p", {}, t("verify.text", { email })), query.get("minor") ? note(t("verify.minor"), "warn") : null,
    form({
      items: [field({ name: "code", label: t("field.code"), inputmode: "numeric", autocomplete: "one-time-code", required: true })],
      submit: t("verify.do"),
      send: async ({ code }) => {
        await api.verifyAccount({ email, code });
        return go(`/sign-in?email=${encodeURIComponent(email)}`);
      },
    }), action(t("verify.again"), async () => { await api.sendCodeAgain({ email }); return note(t("forgotten.sent")); }));
}

export async function guardian({ query }) {
  const decide = (consent) => async () => {
    await api.consentAsGuardian({ token: query.get("token") ?? "", consent });
    return note(t(consent ? "guardian.given" : "guardian.refused"));
  };
  return h("section", { class: "narrow" }, h("h1", {}, t("guardian.title")), h("p", {}, t("guardian.text")),
    h("div", { class: "actions" }, action(t("guardian.yes"), decide(true), { kind: "primary" }), action(t("guardian.no"), decide(false))));
}
