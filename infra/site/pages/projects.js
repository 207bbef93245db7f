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

export default async function projects() {
  const all = [];
  for (let cursor; ;) {
    const page = await api.listDownloads({ cursor, limit: 100 });
    all.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  const byName = Map.groupBy(all.filter((each) => each.project), (each) => each.project.name);
  const card = ([name, downloads]) => h("section", { class: "card" }, h("h2", {}, name), h("ul", {}, downloads.map((each) => h("li", {}, link(each.license_number ? `/licenses/${each.license_number}` : `/downloads/${each.download_id}/license`, each.title), h("span", { class: "muted" }, ` · ${each.license_number ?? t("projects.unlicensed")}`)))),
    downloads.some((each) => each.license_number) ? action(t("projects.pack"), () => pack(name), { label: `${t("projects.pack")}: ${name}` }) : null);
  return h("section", {}, h("h1", {}, t("nav.projects")), link("/projects/batch", t("batch.title"), { class: "button primary" }), byName.size ? h("div", { class: "cards" }, [...byName].map(card)) : h("p", { class: "empty" }, t("projects.none")));
}
