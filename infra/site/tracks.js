/** Tracks in a list. */

import { h } from "./dom.js";
import { playButton } from "./player.js";
import { link } from "./router.js";
import { duration, named, t } from "./words.js";

const tag = (text) => h("li", {}, text);

export function trackRow(track, ...more) {
  const tags = [...track.genres, ...track.moods].slice(0, 4);
  return h("li", { class: "track" }, playButton(track),
    h("div", { class: "what" }, link(`/tracks/${track.track_id}`, track.title, { class: "title" }), h("span", { class: "muted" }, track.artist)),
    h("ul", { class: "tags" }, tag(named("kind", track.kind)), tags.map(tag)),
    h("span", { class: "facts muted" }, track.bpm ? h("span", {}, t("track.tempo", { bpm: track.bpm })) : null, track.key ? h("span", {}, track.key) : null, h("span", {}, duration(track.duration_seconds))),
    h("span", { class: "more" }, ...more));
}

export const trackList = (tracks, more = () => null) => h("ul", { class: "tracks" }, tracks.map((each) => trackRow(each, more(each))));

/** Items page by page: `page(cursor)` gives {items, next_cursor}, `draw(item)` an element for the list. */
export function pages(first, page, draw, { kind = "list", empty } = {}) {
  const list = h("ul", { class: kind }, first.items.map(draw));
  const box = h("div", {}, first.items.length ? list : h("p", { class: "empty" }, empty ?? t("list.empty")));
  const offer = (cursor) => {
    if (!cursor) return;
    const button = h("button", { type: "button", class: "button more-items", onclick: async () => {
      button.disabled = true;
      const answer = await page(cursor);
      const added = answer.items.map(draw);
      button.remove();
      list.append(...added);
      added[0]?.querySelector("a, button")?.focus();
      offer(answer.next_cursor);
    } }, t("list.more"));
    box.append(button);
  };
  offer(first.next_cursor);
  return box;
}
