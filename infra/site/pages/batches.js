/** Many tracks for one project in one request: those of the favourites that are ticked are downloaded and licensed. */

import { h } from "../dom.js";
import { field, form, note, refusalText } from "../forms.js";
import { link } from "../router.js";
import { api } from "../session.js";
import { states } from "../files.js";
import { instant, joined, t } from "../words.js";
import { projectLink } from "./projects.js";
import { useFields, useOf } from "./downloads.js";
import { licenseeFields } from "./licenses.js";

const LOOK_MILLISECONDS = 750;
const KINDS = { licensed: "good", refused: "bad", pending: "warn" };

export default async function batch() {
  const [{ items }, plans, account, membership] = await Promise.all([api.listFavourites({ limit: 100 }), api.listPlans(), api.getAccount(), api.getMembership()]);
  const heading = h("h1", {}, t("batch.title"));
  if (!items.length) return h("section", { class: "narrow" }, heading, h("p", { class: "empty" }, t("favourites.none"), " ", link("/", t("nav.browse"))));
  const titles = new Map(items.map((each) => [each.track_id, each.title]));
  const tracks = h("fieldset", { class: "stack" }, h("legend", {}, t("nav.favourites")), items.map((each) => field({ name: each.track_id, label: joined(each.title, each.artist), type: "checkbox", value: true })));
  const use = useFields(plans, plans.items.find((each) => each.id === membership.plan)?.rights);
  for (const name of ["project", "purpose"]) use.querySelector(`[name="${name}"]`).required = true;
  const renditions = [...new Set(items.flatMap((each) => each.renditions))].filter((each) => each !== "preview");
  const place = h("div", { "aria-live": "polite" });
  const key = crypto.randomUUID();
  const made = form({
    items: [tracks, field({ name: "rendition", label: t("download.rendition"), options: renditions.map((each) => [each, each.toUpperCase()]) }), use, note(t("license.binding"), "warn"), licenseeFields(account)],
    submit: t("batch.do"),
    send: async ({ rendition, name, kind, language, ...values }) => {
      const chosen = items.map((each) => each.track_id).filter((id) => values[id]);
      if (!chosen.length) return note(t("batch.choose"), "warn");
      const asked = { tracks: chosen, rendition, licensee: { name, kind }, language, ...useOf(values) };
      return watch(await api.requestLicenseBatch({ "Idempotency-Key": `${key} ${chosen.length}` }, asked), asked.project.name);
    },
  });
  async function watch(found, project) {
    place.replaceChildren(outcomes(found, titles, project));
    while (found.status !== "done" && place.isConnected) {
      await new Promise((resolve) => { setTimeout(resolve, LOOK_MILLISECONDS); });
      found = await api.getLicenseBatch({ id: found.batch_id });
      place.replaceChildren(outcomes(found, titles, project));
    }
  }
  return h("section", { class: "narrow" }, heading, h("p", {}, t("batch.text")), made, place);
}

function outcomes(found, titles, project) {
  const row = (each) => h("li", { class: "line" }, h("div", {}, titles.get(each.track_id), each.code ? h("p", { class: "muted" }, refusalText({ name: "Refusal", code: each.code, message: each.detail })) : null),
    each.number ? link(`/licenses/${each.number}`, each.number) : null, states("batch", each.status, KINDS));
  return h("section", {}, h("h2", {}, t("batch.outcome", { licensed: found.licensed, refused: found.refused })), found.continues_at ? h("p", {}, t("batch.continues", { at: instant(found.continues_at) })) : null,
    h("ul", { class: "list" }, found.items.map(row)), found.status === "done" ? projectLink(project, { class: "button" }) : null);
}
