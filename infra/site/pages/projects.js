/** Projects; the downloads and letters of one, and all its letters in one file. */

import { h } from "../dom.js";
import { action, note } from "../forms.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { save } from "../files.js";
import { pages } from "../tracks.js";
import { awaited } from "../waiting.js";
import { instant, joined, t } from "../words.js";

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

const address = (name) => `/projects/project?name=${encodeURIComponent(name)}`;

/** A link to the page of one project. */
export const projectLink = (name, attributes) => link(address(name), name, attributes);

export default async function projects({ query }) {
  const limit = query.get("limit") ?? undefined;
  const first = await api.listProjects({ limit });
  const row = (each) => h("li", { class: "line" }, h("div", {}, projectLink(each.name), h("p", { class: "muted" }, `${t("projects.downloads", { count: each.downloads })} · ${t("projects.licensed", { count: each.licensed })} · ${instant(each.last_granted_at)}`)));
  return h("section", {}, h("h1", {}, t("nav.projects")), link("/projects/batch", t("batch.title"), { class: "button primary" }),
    pages(first, (cursor) => api.listProjects({ cursor, limit }), row, { empty: t("projects.none") }));
}

/** One project: its downloads, each with its letter or the way to one. */
export async function project({ query }) {
  const name = query.get("name") ?? "";
  const wanted = { project: name, limit: query.get("limit") ?? undefined };
  const first = await api.listDownloads(wanted);
  const row = (each) => h("li", { class: "line" }, h("div", {}, link(`/tracks/${each.track_id}`, each.title), h("p", { class: "muted" }, joined(each.artist, each.rendition.toUpperCase(), instant(each.granted_at)))),
    each.revoked_at ? h("span", { class: "state bad" }, t("license.revoked"))
      : each.license_number ? link(`/licenses/${each.license_number}`, each.license_number)
        : link(`/downloads/${each.download_id}/license`, t("license.request"), { class: "button", "aria-label": `${t("license.request")}: ${each.title}` }));
  return h("section", {}, h("p", {}, link("/projects", t("nav.projects"))), h("h1", {}, first.items[0]?.project.name ?? name),
    pages(first, (cursor) => api.listDownloads({ ...wanted, cursor }), row, { empty: t("projects.empty") }),
    first.items.length ? action(t("projects.pack"), () => pack(name), { label: `${t("projects.pack")}: ${name}` }) : null);
}
