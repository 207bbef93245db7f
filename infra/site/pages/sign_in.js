/** Signing in, and a new password by a code. */

import { acceptances, accepted } from "../agreed.js";
import { h } from "../dom.js";
import { action, field, form, note, refusalBox } from "../forms.js";
import { hand, named, visit } from "../provider.js";
import { go, link, next } from "../router.js";
import { api } from "../session.js";
import { countries, t } from "../words.js";

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
        if (error.code === "sign_in_code_required" && !challenge.firstChild) {
          challenge.replaceChildren(code());
          challenge.querySelector("input").focus();
        }
        throw error;
      }
      return go(next(query));
    },
  });
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.sign_in")), made, byProvider(query),
    h("p", {}, link("/forgotten", t("sign_in.forgotten"))), h("p", {}, t("sign_in.new"), " ", link("/sign-up", t("nav.sign_up"))), h("p", { class: "hint" }, t("sign_in.kept")));
}

/** A button for the provider that the deployment has, if it has one. */
function byProvider(query) {
  const place = h("div", { "aria-live": "polite" });
  const came = async (visited) => {
    try {
      const found = await api.signInByThirdParty(visited);
      if (found.signed_in) await go(next(query));
      else place.replaceChildren(await newcomer(visited.sign_in_id, found, query));
    } catch (error) {
      place.replaceChildren(refusalBox(error));
    }
  };
  api.showThirdPartyProvider().then(({ issuer }) => place.append(action(t("provider.sign_in", { provider: named(issuer) }), () => visit(() => api.beginThirdPartyVisit(), came))), () => null);
  return place;
}

/** What the provider said of a person without an account, and the account that can be made of it. */
async function newcomer(id, person, query) {
  const about = h("p", {}, t("provider.said", { provider: named(person.issuer), email: person.email ?? "–" }));
  if (!person.email || !person.email_verified) return h("div", {}, about, note(t("provider.unverified"), "warn"), link("/sign-up", t("nav.sign_up")));
  const boxes = await acceptances(["user-agreement", "privacy-policy"]);
  const made = form({
    items: [field({ name: "display_name", label: t("field.display_name"), autocomplete: "nickname" }),
      field({ name: "country", label: t("field.country"), hint: t("field.country_hint"), autocomplete: "country", required: true, options: countries() }), boxes],
    submit: t("nav.sign_up"),
    send: async ({ display_name, country }) => {
      await api.signUpByThirdParty({ sign_in_id: id, accept: accepted(boxes), country, ...(display_name && { display_name }) });
      return go(next(query));
    },
  });
  return h("section", { class: "card" }, h("h2", {}, t("nav.sign_up")), about, made, h("p", { class: "hint" }, t("provider.minor"), " ", link("/sign-up", t("nav.sign_up"))));
}

/** The provider's window comes back here. */
export async function returned({ query }) {
  const said = query.get("code") !== null;
  if (said) hand({ state: query.get("state") ?? "", code: query.get("code") });
  return h("section", { class: "narrow" }, h("h1", {}, t("nav.sign_in")), note(t(said ? "provider.back" : "provider.refused"), said ? "good" : "warn"));
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
