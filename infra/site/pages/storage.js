/** Devices, their cloud storage, and their recordings. */

import { acceptances, accepted } from "../agreed.js";
import { h } from "../dom.js";
import { action, field, form, note } from "../forms.js";
import { go, link } from "../router.js";
import { api } from "../session.js";
import { save, states } from "../files.js";
import { pages } from "../tracks.js";
import { day, duration, instant, joined, money, named, size, t } from "../words.js";
import { parts } from "./account.js";
import { quote } from "./plans.js";

const cover = (each) => states("cover", each.cover.status, { trial: "good", active: "good", ended: "bad" });

export default async function storage() {
  const [devices, subscriptions] = await Promise.all([api.listDevices(), api.listSubscriptions()]);
  return h("section", {}, h("h1", {}, t("part.storage")), parts(),
    devices.items.length ? h("ul", { class: "list" }, devices.items.map((each) => h("li", { class: "line" }, h("div", {}, link(`/storage/${each.device_id}`, each.name), h("p", { class: "muted" }, joined(each.model, each.serial))), cover(each)))) : h("p", { class: "empty" }, t("storage.none")),
    h("section", { class: "card narrow" }, h("h2", {}, t("storage.claim")), form({
      items: [field({ name: "serial", label: t("storage.serial"), required: true }), field({ name: "claim_code", label: t("storage.claim_code"), hint: t("storage.claim_hint"), required: true }), field({ name: "name", label: t("storage.name") })],
      submit: t("storage.claim"), send: async ({ name, ...values }) => go(`/storage/${(await api.claimDevice({ ...values, ...(name && { name }) })).device_id}`),
    })),
    subscriptions.items.length ? [h("h2", {}, t("storage.subscriptions")), h("ul", { class: "list" }, subscriptions.items.map((each) => h("li", { class: "line" }, h("div", {}, each.package ? named("package", each.package) : named("cover", "trial"), h("p", { class: "muted" }, `${day(each.starts_at)} – ${day(each.access_until)}`)), states("cover", each.status, { active: "good", trial: "good" }),
      ["active", "upcoming", "trial"].includes(each.status) && each.order_id ? action(t("storage.cancel"), () => cancel(each), { kind: "danger" }) : null)))] : null);
}

/** Shows what a cancellation gives back; a second press cancels. */
async function cancel({ subscription_id: id }) {
  const told = await api.cancelSubscription({ id }, { preview: true });
  return h("div", { class: "alert warn" }, h("p", {}, t("storage.refund", { amount: money(told.refund.amount, told.refund.currency), until: day(told.access_until) })),
    action(t("storage.cancel_sure"), async () => { await api.cancelSubscription({ id }, { preview: false }); await go("/storage", { replace: true }); }, { kind: "danger" }));
}

const played = (url, at) => h("video", { controls: true, autoplay: true, src: url, "aria-label": instant(at) });

export async function device({ parameters: { id } }) {
  const [{ items }, packages] = await Promise.all([api.listDevices(), api.listPackages()]);
  const found = items.find((each) => each.device_id === id);
  if (!found) return h("section", { class: "narrow" }, h("h1", {}, t("missing.title")), link("/storage", t("part.storage")));
  const recordings = await api.listRecordings({ id }).catch(() => ({ items: [] }));
  const boxes = await acceptances(["cloud-agreement"]);
  const row = (each) => h("li", { class: "line recording" }, h("div", {}, instant(each.started_at), h("p", { class: "muted" }, `${duration(each.duration_seconds)} · ${size(each.bytes)} · ${t("storage.kept", { until: day(each.kept_until) })}`)), h("div", { class: "actions" },
    each.status === "kept" ? action(t("storage.play"), async () => played((await api.linkRecording({ id: each.recording_id })).url, each.started_at), { label: `${t("storage.play")}: ${instant(each.started_at)}` }) : null,
    each.status === "kept" ? action(t("storage.save"), async () => save((await api.linkRecording({ id: each.recording_id })).url, "")) : null,
    action(t("storage.remove"), async () => { await api.removeRecording({ id: each.recording_id }); await go(`/storage/${id}`, { replace: true }); }, { kind: "danger", ask: t("storage.remove_ask") })));
  const place = h("div", {});
  const prices = packages.items.flatMap((each) => each.prices.map((price) => [`${each.package} ${price.mode} ${price.currency}`, `${named("package", each.package)} · ${money(price.amount, price.currency)} · ${named("term", price.mode)}`]));
  const buy = form({ items: [field({ name: "price", label: t("plans.price"), options: [...(found.cover.status === "none" ? [["trial", t("storage.trial")]] : []), ...prices] }), boxes], submit: t("plans.quote"), send: async ({ price }) => {
    if (price === "trial") {
      await api.startTrial({ device_id: id, accept: accepted(boxes) });
      return go(`/storage/${id}`, { replace: true });
    }
    const [package_, mode, currency] = price.split(" ");
    place.replaceChildren(quote(await api.orderStorage({ "Idempotency-Key": crypto.randomUUID() }, { device_id: id, package: package_, mode, currency, accept: accepted(boxes) })));
    return null;
  } });
  return h("section", {}, h("h1", {}, found.name), h("p", {}, cover(found), found.cover.ends_at ? ` ${t("storage.until", { at: day(found.cover.ends_at) })}` : ""), form({
    small: true, kind: "plain-button", items: [field({ name: "name", label: t("storage.name"), value: found.name, required: true })], submit: t("form.save"), send: async (values) => { await api.renameDevice({ id }, values); return note(t("form.saved")); },
  }), h("h2", {}, t("storage.recordings")), pages(recordings, (cursor) => api.listRecordings({ id, cursor }), row),
  h("section", { class: "card narrow" }, h("h2", {}, t("storage.cover")), buy, place),
  action(t("storage.release"), async () => { await api.releaseDevice({ id }); await go("/storage"); }, { kind: "danger", ask: t("storage.release_ask") }));
}
