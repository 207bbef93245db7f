/** Listening: one audio element for the site, a bar below the pages, and a waveform where a page has room for one. */

import { h, icon } from "./dom.js";
import { link } from "./router.js";
import { api, origin } from "./session.js";
import { duration, t } from "./words.js";

const audio = new Audio();
audio.preload = "none";
let playing = null; // the track

const changes = new EventTarget();
const changed = () => changes.dispatchEvent(new Event("change"));
for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, changed);

function load(track) {
  if (playing?.track_id === track.track_id) return;
  playing = track;
  audio.src = `${origin}/v1/tracks/${encodeURIComponent(track.track_id)}/preview`;
  fill();
  changed();
}

export const isPlaying = (track) => playing?.track_id === track.track_id && !audio.paused;

export function toggle(track) {
  if (isPlaying(track)) return audio.pause();
  load(track);
  place.hidden = false;
  return audio.play().catch(() => changed());
}

/** A round button that plays the preview of a track, or pauses it. */
export function playButton(track, large = false) {
  const button = h("button", { type: "button", class: large ? "play large" : "play", onclick: () => toggle(track) });
  const update = () => {
    const on = isPlaying(track);
    button.replaceChildren(icon(on ? "pause" : "play"));
    button.setAttribute("aria-label", t(on ? "player.pause" : "player.play", { title: track.title }));
  };
  update();
  listen(button, changes, "change", update);
  return button;
}

/** Listens as long as the element is part of the page. */
function listen(element, target, name, act) {
  const heard = () => (element.isConnected || !element.wasConnected ? act() : target.removeEventListener(name, heard));
  requestAnimationFrame(() => { element.wasConnected = element.isConnected; });
  target.addEventListener(name, heard);
}

const place = h("aside", { class: "player", hidden: true });
export const bar = () => place;

function fill() {
  const seek = h("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": t("player.position") });
  const time = h("span", { class: "time" }, "0:00");
  const update = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    if (document.activeElement !== seek || !audio.paused) seek.value = length ? (audio.currentTime / length) * 1000 : 0;
    seek.setAttribute("aria-valuetext", `${duration(audio.currentTime)} / ${duration(length)}`);
    time.textContent = `${duration(audio.currentTime)} / ${duration(length)}`;
  };
  seek.addEventListener("input", () => { if (audio.duration) audio.currentTime = (seek.value / 1000) * audio.duration; });
  place.setAttribute("aria-label", t("player.label"));
  const close = h("button", { type: "button", class: "plain", "aria-label": t("player.close"), onclick: () => { audio.pause(); place.hidden = true; } }, icon("close"));
  place.replaceChildren(h("div", { class: "wide bar" }, playButton(playing),
    h("div", { class: "now" }, link(`/tracks/${playing.track_id}`, playing.title), h("span", { class: "muted" }, playing.artist)), seek, time, close));
  for (const name of ["timeupdate", "loadedmetadata"]) listen(time, audio, name, update);
}

/** The waveform of a track's preview, drawn by wavesurfer.js; a plain line where the API has no waveform of it. It does not
 * interrupt another track: it follows the one audio element from when its own track is the one that is played. */
export async function waveform(track) {
  const [{ default: WaveSurfer }, peaks] = await Promise.all([import("./vendor/wavesurfer-8.0.1.js"), peaksOf(track)]);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const container = h("div", { class: "waveform", "aria-hidden": "true" });
  const draw = (media) => WaveSurfer.create({
    container, media, peaks: [peaks.data], duration: peaks.seconds, height: 96, barWidth: 3, barGap: 2, barRadius: 2,
    waveColor: colour("--wave"), progressColor: colour("--accent"), cursorColor: colour("--text"), normalize: true,
  });
  if (audio.paused) load(track);
  let follows = playing === track;
  let drawn = draw(follows ? audio : undefined);
  listen(container, changes, "change", () => {
    if (follows || !isPlaying(track)) return;
    drawn.destroy();
    follows = true;
    drawn = draw(audio);
  });
  return container;
}

async function peaksOf(track) {
  const found = await api.showWaveform({ id: track.track_id }).catch(() => null);
  if (!found) return { data: new Array(200).fill(0.5), seconds: Math.min(track.duration_seconds, 60) };
  const largest = 2 ** (found.bits - 1);
  const data = [];
  const step = 2 * (found.channels ?? 1);
  for (let at = 0; at < found.data.length; at += step) data.push(Math.max(-found.data[at], found.data[at + 1]) / largest);
  return { data, seconds: (found.length * found.samples_per_pixel) / found.sample_rate };
}
