/** Projects: the downloads and letters of one, and all its letters in one file. */

import { h } from "../dom.js";
import { action, note } from "../forms.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { save } from "../files.js";
import { awaited } from "../waiting.js";
import { t } from "../words.js";

async function pack(project) {
  const { pack_id: id } = await api.requestProjectPack({ "Idempotency-Key": crypto.randomUUID() }, { project });
  const made = await awaited(async () => {
    const found = await api.getProjectPack({ id });
    return found.url || found.problem ? found : null;
  });
  if (!made?.url) return note(made?.problem ?? t("projects.later"), "warn");
  save(made.url, "");
  return note(t("projects.packed", { count: made.letters }));
}

/** The newest downloads by project; older ones are loaded when asked for, and join the projects that they belong to. */
export default async function projects({ query }) {
  const loaded = [];
  const box = h("div", { "aria-live": "polite" });
  const limit = query.get("limit") ?? 100;
  const card = ([name, downloads]) => h("section", { class: "card" }, h("h2", {}, name), h("ul", {}, downloads.map((each) => h("li", {}, link(each.license_number ? `/licenses/${each.license_number}` : `/downloads/${each.download_id}/license`, each.title), h("span", { class: "muted" }, ` · ${each.license_number ?? t("projects.unlicensed")}`)))),
    downloads.some((each) => each.license_number) ? action(t("projects.pack"), () => pack(name), { label: `${t("projects.pack")}: ${name}` }) : null);
  async function load(cursor) {
    const page = await api.listDownloads({ cursor, limit });
    loaded.push(...page.items.filter((each) => each.project));
    const byName = Map.groupBy(loaded, (each) => each.project.name);
    const more = page.next_cursor ? h("button", { type: "button", class: "button more-items", onclick: () => { more.disabled = true; return load(page.next_cursor); } }, t("list.more")) : null;
    box.replaceChildren(byName.size || more ? h("div", { class: "cards" }, [...byName].map(card)) : h("p", { class: "empty" }, t("projects.none")), ...(more ? [more] : []));
  }
  await load();
  return h("section", {}, h("h1", {}, t("nav.projects")), link("/projects/batch", t("batch.title"), { class: "button primary" }), box);
}
