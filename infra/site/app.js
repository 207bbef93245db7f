/** The site's frame: header, languages, player and footer around the pages. */

import { h } from "./dom.js";
import { bar } from "./player.js";
import { go, link, show, start, to } from "./router.js";
import { api, origin, ready, session } from "./session.js";
import { LANGUAGES, instant, preferred, speak, speaking, t } from "./words.js";

function languages() {
  const choice = h("select", { class: "quiet", "aria-label": t("site.language"), onchange: (event) => turn(event.target.value) },
    Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === speaking() }, name)));
  return choice;
}

async function turn(code) {
  await speak(code);
  const url = new URL(location.href);
  url.searchParams.set("lang", code);
  history.replaceState(null, "", url);
  frame();
  await show({ quiet: true });
  document.querySelector("header select").focus();
}

function navigation() {
  const links = session.held
    ? [["/", "browse"], ["/favourites", "favourites"], ["/downloads", "downloads"], ["/licenses", "licenses"], ["/projects", "projects"], ["/notices", "notices"], ["/plans", "plans"], ["/account", "account"]]
    : [["/", "browse"], ["/plans", "plans"], ["/support", "support"]];
  return h("nav", { "aria-label": t("site.navigation") }, links.map(([path, key]) => link(path, t(`nav.${key}`))));
}

function visitor() {
  if (session.held) return h("button", { type: "button", class: "button", onclick: signOut }, t("nav.sign_out"));
  return h("span", { class: "visitor" }, link("/sign-in", t("nav.sign_in"), { class: "button" }), link("/sign-up", t("nav.sign_up"), { class: "button primary" }));
}

async function signOut() {
  await api.signOut().catch(() => null);
  await go("/");
}

function header() {
  return h("header", {}, h("div", { class: "wide bar" },
    h("a", { href: to("/"), class: "brand" }, h("img", { src: "/icon.svg", alt: "", width: 28, height: 28 }), "AllMyTracks"),
    navigation(), h("div", { class: "tools" }, languages(), visitor())));
}

function footer() {
  const links = [["/agreements", "agreements"], ["/processors", "processors"], ["/support", "support"]].map(([path, key]) => link(path, t(`nav.${key}`)));
  const local = /^(127\.|localhost$)/.test(location.hostname) ? h("a", { href: "/_local" }, t("nav.local")) : null;
  return h("footer", {}, h("div", { class: "wide" },
    h("nav", { "aria-label": t("site.more") }, h("a", { href: `${origin}/verify?lang=${speaking()}` }, t("nav.verify")), links, h("a", { href: `${origin}/docs` }, t("nav.api")), local),
    h("p", { class: "muted" }, t("site.motto"))));
}

function frame() {
  const main = document.querySelector("main") ?? h("main", { id: "main", class: "wide", tabindex: "-1" });
  const skip = h("a", { class: "skip", href: "#main" }, t("site.skip"));
  document.body.replaceChildren(skip, header(), h("div", { id: "news" }), main, bar(), footer());
  tellOfMaintenance();
}

/** A maintenance that is planned or under way, above every page. */
let status = null;
async function tellOfMaintenance() {
  status ??= api.getStatus().catch(() => ({}));
  const { maintenance } = await status;
  if (!maintenance) return;
  const text = t("site.maintenance", { from: instant(maintenance.starts_at), to: instant(maintenance.ends_at) });
  document.getElementById("news").replaceChildren(h("div", { class: "alert warn wide" }, h("p", {}, text), h("p", {}, maintenance.translations[speaking()] ?? maintenance.text)));
}

session.addEventListener("change", () => document.querySelector("header")?.replaceWith(header()));
await speak(preferred());
frame();
await start();
await ready;
