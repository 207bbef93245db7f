/** Sessions, the password, freezing the account. */

import { h } from "../dom.js";
import { action, field, form, note, refusalBox } from "../forms.js";
import { named, visit } from "../provider.js";
import { go } from "../router.js";
import { api } from "../session.js";
import { day, instant, joined, t } from "../words.js";
import { parts } from "./account.js";

export default async function security() {
  const { items } = await api.listSessions();
  const sessions = h("ul", { class: "list" }, items.map((each) => h("li", { class: "line" }, h("div", {}, each.device, h("p", { class: "muted" }, joined(each.address, instant(each.last_seen_at)))), each.current ? h("span", { class: "state good" }, t("security.current")) : null)));
  const password = (name, label, autocomplete, hint) => field({ name, label, hint, type: "password", autocomplete, required: true });
  return h("section", {}, h("h1", {}, t("part.account.security")), parts(), h("h2", {}, t("security.sessions")), sessions,
    action(t("security.end"), async () => { await api.endOtherSessions(); await go("/account/security", { replace: true }); }),
    h("div", { class: "cards" }, await logins(), h("section", { class: "card" }, h("h2", {}, t("security.password")), form({
      items: [password("current_password", t("security.current_password"), "current-password"), password("new_password", t("field.new_password"), "new-password", t("field.password_hint"))],
      submit: t("form.save"), send: async (values, made) => { await api.changePassword(values); made.reset(); return note(t("form.saved")); },
    })), h("section", { class: "card" }, h("h2", {}, t("security.freeze")), h("p", {}, t("security.freeze_text")),
      action(t("security.freeze"), async () => { await api.freezeAccount({}); await api.signOut().catch(() => null); await go("/"); }, { kind: "danger", ask: t("security.freeze_ask") }))));
}

/** Logins at the deployment's other provider that open this account; nothing where it has none. */
async function logins() {
  const provider = await api.showThirdPartyProvider().catch(() => null);
  if (provider === null) return null;
  const { items } = await api.listThirdPartyLogins();
  const answer = h("div", { "aria-live": "polite" });
  const again = () => go("/account/security", { replace: true });
  const came = (visited) => api.linkThirdPartyLogin(visited).then(again, (error) => answer.replaceChildren(refusalBox(error)));
  return h("section", { class: "card" }, h("h2", {}, t("provider.logins")), items.length
    ? [h("ul", {}, items.map((each) => h("li", {}, t("provider.linked", { provider: named(each.issuer), at: day(each.linked_at) })))), action(t("provider.unlink"), async () => { await api.unlinkThirdPartyLogins(); await again(); }, { kind: "danger", ask: t("provider.unlink_ask") })]
    : action(t("provider.link", { provider: named(provider.issuer) }), () => visit(() => api.beginThirdPartyLink(), came)), answer);
}
