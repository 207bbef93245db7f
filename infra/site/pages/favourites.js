/** Favourites: a heart beside each track, and the list of them. */

import { h, icon } from "../dom.js";
import { link } from "../router.js";
import { api, session } from "../session.js";
import { pages, trackRow } from "../tracks.js";
import { t } from "../words.js";

let kept = null; // a promise of the ids
let saved = null; // a promise of the newest click's outcome
session.addEventListener("change", () => { kept = null; });
const ids = () => (kept ??= api.listFavourites({ limit: 100 }).then((answer) => new Set(answer.items.map((each) => each.track_id)), () => new Set()));

/** A button that keeps the track among the favourites or drops it; nothing for visitors. */
export function heart(track) {
  if (!session.held) return null;
  const button = h("button", { type: "button", class: "plain heart", "aria-pressed": "false", "aria-label": t("favourites.keep", { title: track.title }) }, icon("heart"));
  const draw = (on) => button.setAttribute("aria-pressed", String(on));
  ids().then((all) => draw(all.has(track.track_id)));
  button.addEventListener("click", () => {
    if (button.ariaBusy === "true") return; // the click before is on its way
    button.ariaBusy = "true";
    saved = turn(track, draw).finally(() => { button.ariaBusy = null; });
  });
  return button;
}

async function turn(track, draw) {
  const all = await ids();
  const on = !all.has(track.track_id);
  draw(on);
  try {
    await (on ? api.putFavourite({ id: track.track_id }) : api.removeFavourite({ id: track.track_id }));
    if (on) all.add(track.track_id);
    else all.delete(track.track_id);
  } catch {
    draw(!on);
  }
}

export default async function favourites() {
  await saved; // a click on a heart just before
  const first = await api.listFavourites();
  const row = (track) => trackRow(track, heart(track));
  return h("section", {}, h("h1", {}, t("nav.favourites")), first.items.length
    ? pages(first, (cursor) => api.listFavourites({ cursor }), row, { kind: "tracks" })
    : h("p", { class: "empty" }, t("favourites.none"), " ", link("/", t("nav.browse"))));
}
