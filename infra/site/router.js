/** Addresses and pages. A page is a module whose default export makes an element of {parameters, query, go}. */

import { h } from "./dom.js";
import { refusalBox } from "./forms.js";
import { ready, session } from "./session.js";
import { speaking, t } from "./words.js";

const page = (name, part) => async () => (await import(`./pages/${name}.js`))[part ?? "default"];
const member = true;

const ROUTES = [
  ["/", page("browse")],
  ["/tracks/{id}", page("track")],
  ["/favourites", page("favourites"), member],
  ["/plans", page("plans")],
  ["/orders", page("orders"), member],
  ["/orders/{id}", page("orders", "order"), member],
  ["/invoices", page("orders", "invoices"), member],
  ["/sign-in", page("sign_in")],
  ["/sign-up", page("sign_up")],
  ["/verify-email", page("sign_up", "verify")],
  ["/guardian-consent", page("sign_up", "guardian")],
  ["/signed-in", page("sign_in", "returned")],
  ["/forgotten", page("sign_in", "forgotten")],
  ["/download/{id}", page("downloads", "download"), member],
  ["/downloads", page("downloads"), member],
  ["/downloads/{id}/license", page("licenses", "request"), member],
  ["/licenses", page("licenses"), member],
  ["/licenses/{number}", page("licenses", "license"), member],
  ["/projects", page("projects"), member],
  ["/projects/project", page("projects", "project"), member],
  ["/projects/batch", page("batches"), member],
  ["/account", page("account"), member],
  ["/account/security", page("security"), member],
  ["/account/consents", page("privacy", "consents"), member],
  ["/account/timeline", page("privacy", "timeline"), member],
  ["/account/data", page("privacy", "data"), member],
  ["/account/data-exports", page("privacy", "data"), member],
  ["/account/closing", page("privacy", "closing"), member],
  ["/account/enterprise", page("enterprise"), member],
  ["/notices", page("notices"), member],
  ["/storage", page("storage"), member],
  ["/storage/{id}", page("storage", "device"), member],
  ["/support", page("support")],
  ["/tickets", page("support", "tickets"), member],
  ["/tickets/{number}", page("support", "ticket"), member],
  ["/agreements", page("agreements")],
  ["/agreements/{id}", page("agreements", "agreement")],
  ["/processors", page("agreements", "processors")],
];

function found(path) {
  for (const [template, load, needsMember] of ROUTES) {
    const names = [];
    const pattern = template.replace(/\{(\w+)\}/g, (_, name) => (names.push(name), "([^/]+)"));
    const values = new RegExp(`^${pattern}/?$`).exec(path);
    if (values) {
      const parameters = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at + 1])]));
      return { load, needsMember, parameters };
    }
  }
  return null;
}

/** An address of the site in the language that is spoken. */
export function to(path, values = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, value);
  }
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked) url.searchParams.set("lang", speaking());
  return url.pathname + url.search;
}

/** A link within the site. */
export const link = (path, text, attributes = {}) => h("a", { href: to(path), ...attributes }, text);

export function go(path, { replace = false } = {}) {
  const address = to(path);
  history[replace ? "replaceState" : "pushState"](null, "", address);
  return show();
}

/** A path of ours to go on at, from a query; anything else is the first page. */
export function next(query) {
  const wanted = query.get("next") ?? "/";
  return wanted.startsWith("/") && new URL(wanted, location.origin).origin === location.origin ? wanted : "/";
}

let shown = 0;

/** Shows the page of the present address in <main>. `quiet` leaves focus and scrolling as they are. */
export async function show({ quiet = false } = {}) {
  const mine = ++shown;
  const main = document.querySelector("main");
  const route = found(location.pathname);
  main.setAttribute("aria-busy", "true");
  main.inert = true; // what would be typed or pressed in the page that is left would be lost with it
  let made;
  try {
    if (route?.needsMember) {
      await ready;
      if (!session.held) {
        const here = location.pathname + location.search;
        return await go(`/sign-in?next=${encodeURIComponent(here)}`, { replace: true });
      }
    }
    made = route === null ? missing() : await (await route.load())(
      { parameters: route.parameters, query: new URLSearchParams(location.search), go });
  } catch (error) {
    if (mine === shown && error.code === "unauthenticated" && !session.held && route?.needsMember) return show();
    made = h("section", { class: "narrow" }, h("h1", {}, t("error.title")), refusalBox(error));
  }
  if (mine !== shown || !made) return;
  main.replaceChildren(made);
  main.removeAttribute("aria-busy");
  main.inert = false;
  const heading = main.querySelector("h1");
  document.title = heading && location.pathname !== "/" ? `${heading.textContent} · AllMyTracks` : `AllMyTracks · ${t("site.motto")}`;
  mark();
  if (quiet) return;
  scrollTo(0, 0);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

function mark() {
  for (const each of document.querySelectorAll("header nav a")) {
    const here = new URL(each.href).pathname;
    if (here === location.pathname || (here !== "/" && location.pathname.startsWith(`${here}/`))) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
}

function missing() {
  return h("section", { class: "narrow" }, h("h1", {}, t("missing.title")), h("p", {}, t("missing.text")), h("p", {}, link("/", t("nav.browse"))));
}

export function start() {
  addEventListener("popstate", () => show());
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    if (!anchor || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(anchor.href);
    if (url.origin !== location.origin || anchor.target || anchor.hasAttribute("download") || found(url.pathname) === null) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
  return show({ quiet: true });
}
