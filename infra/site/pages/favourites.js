/** Favourites: a heart beside each track, and the list of them. */

import { h, icon } from "../dom.js";
import { action, note } from "../forms.js";
import { link } from "../router.js";
import { api, session } from "../session.js";
import { trackList } from "../tracks.js";
import { t } from "../words.js";

let kept = null; // a promise of the ids
session.addEventListener("change", () => { kept = null; });
const ids = () => (kept ??= api.listFavourites().then((answer) => new Set(answer.items.map((each) => each.track_id)), () => new Set()));

/** A button that keeps the track among the favourites or drops it; nothing for visitors, or where the API has none. */
export function heart(track) {
  if (!session.held || !api.listFavourites) return null;
  const button = h("button", { type: "button", class: "plain heart", "aria-pressed": "false", "aria-label": t("favourites.keep", { title: track.title }) }, icon("heart"));
  const draw = (on) => button.setAttribute("aria-pressed", String(on));
  ids().then((all) => draw(all.has(track.track_id)));
  button.addEventListener("click", async () => {
    const all = await ids();
    const on = !all.has(track.track_id);
    draw(on);
    try {
      await (on ? api.keepFavourite({ id: track.track_id }) : api.dropFavourite({ id: track.track_id }));
      if (on) all.add(track.track_id);
      else all.delete(track.track_id);
    } catch {
      draw(!on);
    }
  });
  return button;
}

export default async function favourites() {
  if (!api.listFavourites) return h("section", {}, h("h1", {}, t("nav.favourites")), note(t("favourites.not_yet"), "warn"));
  const { items } = await api.listFavourites();
  return h("section", {}, h("h1", {}, t("nav.favourites")), items.length ? trackList(items, heart) : h("p", { class: "empty" }, t("favourites.none"), " ", link("/", t("nav.browse"))));
}
