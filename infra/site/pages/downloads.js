/** Downloading, with what is left of the day and the rights shown before the click; what was downloaded. */

import { h } from "../dom.js";
import { action, field, form, note } from "../forms.js";
import { link, to } from "../router.js";
import { api } from "../session.js";
import { save } from "../files.js";
import { pages } from "../tracks.js";
import { instant, joined, named, t } from "../words.js";
import { rightsTable } from "./plans.js";

const MOST_NAMED = 20;

/** Project, purpose and platform; a purpose that the plan does not permit cannot be chosen. */
export function useFields({ purposes, platforms }, rights, chosen = {}) {
  const mark = (id) => (rights ? ` · ${named("right", rights[id] ?? "no")}` : "");
  const platform = h("div", { class: "stack", hidden: true },
    field({ name: "platform", label: t("use.platform"), disabled: true, options: [...platforms.map((each) => [each.id, each.name]), ["other", t("use.other")]], value: chosen.platform, onchange: () => update() }),
    field({ name: "platform_name", label: t("use.platform_name"), disabled: true, required: true }));
  const purpose = field({ name: "purpose", label: t("use.purpose"), options: [["", t("use.later")], ...purposes.map(({ id }) => [id, named("purpose", id) + mark(id), rights ? (rights[id] ?? "no") === "no" : false])], value: chosen.purpose ?? "", onchange: () => update() });
  const update = () => {
    const needed = purposes.find((each) => each.id === purpose.querySelector("select").value)?.platform === "required";
    const [which, other] = platform.querySelectorAll("select, input");
    platform.hidden = which.disabled = !needed;
    other.disabled = !needed || which.value !== "other";
    other.closest(".field").hidden = other.disabled;
  };
  const known = h("datalist", { id: "projects" });
  // Names of projects that there are, so that no letter gets another one's spelling; without them the field serves as well.
  api.listProjects({ limit: MOST_NAMED }).then(({ items }) => known.append(...items.map((each) => h("option", { value: each.name }))), () => {});
  const made = h("div", { class: "stack" }, field({ name: "project", label: t("use.project"), hint: t("use.project_hint"), value: chosen.project?.name ?? "", maxlength: 200, list: known.id }), known,
    field({ name: "project_kind", label: t("use.project_kind"), options: [["personal", t("project_kind.personal")], ["enterprise", t("project_kind.enterprise")]], value: chosen.project?.kind }), purpose, platform);
  update();
  return made;
}

export const useOf = (values) => ({
  ...(values.project && { project: { name: values.project, kind: values.project_kind } }), ...(values.purpose && { purpose: values.purpose }),
  ...(values.platform && { platform: values.platform }), ...(values.platform_name && { platform_name: values.platform_name }),
});

function left(allowance) {
  const text = t("allowance.left", { remaining: allowance.remaining, limit: allowance.limit, at: instant(allowance.resets_at) });
  return h("div", { class: "allowance", role: "status" }, h("p", {}, text), h("progress", { class: "meter", max: allowance.limit, value: allowance.remaining, "aria-label": text }),
    allowance.restricted_until ? note(t("allowance.restricted", { until: instant(allowance.restricted_until) }), "bad") : null);
}

export async function download({ parameters: { id } }) {
  const [track, membership, plans] = await Promise.all([api.getTrack({ id }), api.getMembership(), api.listPlans()]);
  const heading = [h("h1", {}, t("download.title", { title: track.title })), h("p", { class: "muted" }, track.artist)];
  if (membership.status !== "active") return h("section", { class: "narrow" }, heading, note(t("download.member"), "warn"), link("/plans", t("nav.plans"), { class: "button primary" }));
  const allowance = await api.getAllowance();
  const plan = plans.items.find((each) => each.id === membership.plan);
  const place = h("div", {}, left(allowance));
  let key = crypto.randomUUID();
  const made = form({
    items: [field({ name: "rendition", label: t("download.rendition"), options: track.renditions.filter((each) => each !== "preview").map((each) => [each, each.toUpperCase()]) }), useFields(plans, plan?.rights)],
    submit: t("track.download"),
    send: async (values) => {
      const granted = await api.grantDownload({ "Idempotency-Key": key }, { track_id: id, rendition: values.rendition, ...useOf(values) });
      key = crypto.randomUUID();
      place.replaceChildren(left(granted.allowance));
      save(granted.url, "");
      return h("div", { class: "alert good" }, h("p", {}, t("download.started")), h("p", {}, h("a", { href: granted.url, download: "" }, t("download.again")), " · ", link(`/downloads/${granted.download_id}/license`, t("license.request"))));
    },
  });
  return h("section", { class: "narrow" }, heading, place, made, plan ? h("details", { open: true }, h("summary", {}, t("download.rights", { plan: plan.name })), rightsTable(plan.rights, plans.purposes)) : null);
}

export default async function downloads() {
  const [first, allowance] = await Promise.all([api.listDownloads(), api.getAllowance().catch(() => null)]);
  const row = (each) => h("li", { class: "line" }, h("div", {}, link(`/tracks/${each.track_id}`, each.title), h("p", { class: "muted" }, joined(each.artist, each.rendition.toUpperCase(), instant(each.granted_at), each.project?.name))),
    each.revoked_at ? h("span", { class: "state bad" }, t("license.revoked")) : h("div", { class: "actions" },
      action(t("download.again"), async () => save((await api.issueLink({ id: each.download_id })).url, ""), { label: `${t("download.again")}: ${each.title}` }),
      each.license_number ? link(`/licenses/${each.license_number}`, each.license_number) : link(`/downloads/${each.download_id}/license`, t("license.request"), { class: "button", "aria-label": `${t("license.request")}: ${each.title}` })));
  return h("section", {}, h("h1", {}, t("nav.downloads")), allowance?.limit ? left(allowance) : null, pages(first, (cursor) => api.listDownloads({ cursor }), row),
    action(t("downloads.csv"), async () => save(new Blob([await api.listDownloads({ format: "csv", Accept: "text/csv" })], { type: "text/csv" }), "downloads.csv")));
}
