/** Browse and search. A filter that the API does not offer is left out. */

import { h, icon } from "../dom.js";
import { note, refusalBox } from "../forms.js";
import { go, to } from "../router.js";
import { api } from "../session.js";
import { pages, trackRow } from "../tracks.js";
import { named, number, t } from "../words.js";
import { heart } from "./favourites.js";

const FACETS = ["kind", "genre", "mood", "instrument"];
const SEVERAL = new Set(["genre", "mood", "instrument"]); // the API takes several values of these
const SORTS = ["relevance", "newest", "most_used", "shortest", "longest"];
const NUMBERS = [["bpm_min", 1, 400], ["bpm_max", 1, 400], ["length_min", 1, 7200], ["length_max", 1, 7200]];
const TYPING_MILLISECONDS = 200;

export default async function browse({ query }) {
  const known = api.parametersOf("listTracks");
  const offered = (name) => known.includes(name);
  const wanted = Object.fromEntries([...query].filter(([name, value]) => offered(name) && value && name !== "cursor"));
  const results = h("div", { class: "results", "aria-live": "polite" });
  const count = h("p", { class: "muted count", role: "status" });
  const judged = h("div", { "aria-live": "polite" });
  const facets = h("div", { class: "facets" });

  let searches = 0;

  async function search() {
    const mine = ++searches;
    const asked = { ...wanted, ...(offered("facets") ? { facets: FACETS.join(",") } : {}) };
    try {
      const answer = await api.listTracks(asked);
      if (mine !== searches) return;
      const found = answer.items.length > 0 || Object.keys(wanted).length === 0;
      results.replaceChildren(pages(answer, (cursor) => api.listTracks({ ...wanted, cursor }), (track) => trackRow(track, heart(track)), { kind: "tracks", empty: t("browse.none") }), ...(found ? [] : [h("button", { type: "button", class: "button", onclick: () => go("/") }, t("browse.reset"))]));
      count.textContent = told(answer);
      const { usable } = answer;
      judged.replaceChildren(...(usable && usable.right !== "yes" ? [note(t(`browse.usable_${usable.right}`), "warn")] : []));
      if (usable?.right !== "no") facets.replaceChildren(...drawFacets(answer.facets));
    } catch (error) {
      if (mine === searches) results.replaceChildren(refusalBox(error));
    }
  }

  function change(name, value) {
    if (value) wanted[name] = value;
    else delete wanted[name];
    history.replaceState(null, "", to("/", wanted));
    return search();
  }

  const chosen = (name) => (wanted[name] ?? "").split(",").filter(Boolean);

  function drawFacets(found) {
    const groups = FACETS.filter(offered).map((name) => {
      const values = found?.[name] ?? (name === "kind" ? [{ value: "music" }, { value: "sound_effect" }] : null);
      if (values === null) return textFilter(name);
      const gone = chosen(name).filter((value) => !values.some((each) => each.value === value));
      const shown = [...gone.map((value) => ({ value })), ...values];
      if (shown.length === 0) return null;
      return h("fieldset", {}, h("legend", {}, t(`browse.${name}`)), h("div", { class: "chips" }, shown.slice(0, 24).map((each) => chip(name, each))));
    });
    return groups.filter(Boolean);
  }

  function chip(name, { value, count: many }) {
    const on = chosen(name).includes(value);
    const after = () => { // by what is wanted at the click, which may be newer than what is shown
      const others = chosen(name).filter((each) => each !== value);
      return [...(SEVERAL.has(name) ? others : []), ...(others.length < chosen(name).length ? [] : [value])];
    };
    return h("button", { type: "button", class: "chip", "aria-pressed": String(on), onclick: async () => {
      await change(name, after().join(","));
      facets.querySelector(`[data-facet="${CSS.escape(`${name}=${value}`)}"]`)?.focus();
    }, "data-facet": `${name}=${value}` }, named(name, value), many === undefined ? null : h("span", { class: "many" }, number(many)));
  }

  function textFilter(name) {
    return h("label", { class: "filter" }, t(`browse.${name}`), h("input", { type: "text", value: wanted[name] ?? "", onchange: (event) => change(name, event.target.value.trim().toLowerCase()) }));
  }

  const ranges = h("div", { class: "ranges" }, NUMBERS.filter(([name]) => offered(name)).map(([name, min, max]) =>
    h("label", { class: "filter" }, t(`browse.${name}`), h("input", { type: "number", inputmode: "numeric", min, max, value: wanted[name] ?? "", onchange: (event) => change(name, event.target.value) }))));
  const sort = h("label", { class: "sort" }, t("browse.sort"), h("select", { onchange: (event) => change("sort", event.target.value) },
    SORTS.filter((each) => api.valuesOf("listTracks", "sort").includes(each)).map((each) => h("option", { value: each, selected: each === (wanted.sort ?? (wanted.q ? "relevance" : "newest")) }, t(`sort.${each}`)))));

  const [{ purposes }] = await Promise.all([offered("usable_for") ? api.listPlans().catch(() => ({ purposes: [] })) : { purposes: [] }, search()]);
  const use = purposes.length ? h("label", { class: "filter" }, t("browse.usable_for"), h("select", { onchange: (event) => change("usable_for", event.target.value) },
    [["", t("browse.usable_any")], ...purposes.map(({ id }) => [id, named("purpose", id)])].map(([value, text]) => h("option", { value, selected: value === (wanted.usable_for ?? "") }, text)))) : null;

  const wide = matchMedia("(min-width: 60rem)").matches;
  return h("div", { class: "browse" },
    h("section", { class: "hero" }, h("h1", {}, t("browse.title")), h("p", {}, t("browse.intro")), searchField(wanted.q ?? "", (text) => change("q", text))),
    h("div", { class: "columns" },
      h("details", { class: "filters", open: wide }, h("summary", {}, t("browse.filters")), use, facets, ranges),
      h("section", { "aria-label": t("browse.results") }, h("div", { class: "bar above" }, count, sort), judged, results)));
}

function told(answer) {
  const { total } = answer;
  const corrected = answer.corrected ? `${t("browse.corrected", { words: answer.corrected })} · ` : "";
  return corrected + t(answer.total_is === "exact" ? "browse.total" : "browse.total_least", { count: total });
}

/** The search field. */
function searchField(value, change) {
  const input = h("input", { type: "search", name: "q", value, placeholder: t("browse.placeholder"), "aria-label": t("browse.search"), autocomplete: "off", maxlength: 200 });
  const list = h("ul", { id: "suggestions", role: "listbox", "aria-label": t("browse.suggestions"), hidden: true });
  let timer = 0;
  let chosen = -1;
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const submit = (text) => { clearTimeout(timer); input.value = text; close(); return change(text.trim()); };
  const suggest = async () => {
    const text = input.value.trim();
    const answer = text ? await api.suggestSearches({ q: text }).catch(() => ({ items: [] })) : { items: [] };
    if (text !== input.value.trim() || document.activeElement !== input || chosen >= 0) return;
    const texts = [...new Set(answer.items.map((each) => each.text))].slice(0, 8);
    list.replaceChildren(...texts.map((each, at) => h("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); submit(each); } }, each)));
    if (texts.length === 0) return close();
    chosen = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  for (const [name, text] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", "suggestions"], ["aria-autocomplete", "list"]]) input.setAttribute(name, text);
  input.addEventListener("input", () => { chosen = -1; clearTimeout(timer); timer = setTimeout(suggest, TYPING_MILLISECONDS); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    if (event.key === "Escape") close();
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || list.hidden) return;
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
    options.forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
    input.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  });
  return h("form", { role: "search", class: "search", onsubmit: (event) => {
    event.preventDefault();
    submit(chosen >= 0 ? list.children[chosen].textContent : input.value);
  } }, input, h("button", { class: "button primary", "aria-label": t("browse.search") }, icon("search")), list);
}
