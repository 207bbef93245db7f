/** One track: waveform, facts, rights before the download, similar ones. */

import { h } from "../dom.js";
import { playButton, waveform } from "../player.js";
import { link } from "../router.js";
import { api, session } from "../session.js";
import { trackList } from "../tracks.js";
import { day, duration, named, t } from "../words.js";
import { heart } from "./favourites.js";

export default async function track({ parameters: { id } }) {
  const found = await api.getTrack({ id });
  const facts = [
    ["kind", named("kind", found.kind)], ["genre", found.genres.join(", ")], ["mood", found.moods.join(", ")], ["instrument", (found.instruments ?? []).join(", ")],
    ["bpm", found.bpm], ["key", found.key], ["length", duration(found.duration_seconds)], ["renditions", found.renditions.filter((each) => each !== "preview").map((each) => each.toUpperCase()).join(", ")], ["added", found.added_at && day(found.added_at)],
  ].filter(([, value]) => value);
  const wave = h("div", { class: "waveplace" });
  waveform(found).then((drawn) => wave.replaceChildren(drawn), () => null);
  const similar = h("section", { class: "similar", "aria-labelledby": "similar", hidden: true });
  api.listSimilarTracks({ id }).then(({ items }) => {
    if (!items.length) return;
    similar.replaceChildren(h("h2", { id: "similar" }, t("track.similar")), trackList(items));
    similar.hidden = false;
  }, () => null);
  return h("article", {},
    h("div", { class: "head" }, playButton(found, true), h("div", {}, h("h1", {}, found.title), h("p", { class: "muted" }, found.artist)), heart(found)),
    wave, h("p", { class: "hint" }, t("track.preview")),
    h("div", { class: "actions" }, link(session.held ? `/download/${id}` : `/sign-in?next=${encodeURIComponent(`/download/${id}`)}`, t("track.download"), { class: "button primary" })),
    h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, t(`track.${name}`)), h("dd", {}, value)))), similar);
}
