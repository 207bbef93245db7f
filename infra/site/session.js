/** The API as this visitor, signed in or not. The tokens are in the service worker; pages know only whether there are any. */

import "./trusted.js";
import { Api } from "./api.js";
import { API } from "./config.js";
import { Keeper } from "./keeper.js";
import { speaking } from "./words.js";

const ALIVE_MILLISECONDS = 15_000; // browsers end an idle worker, with what it holds, after some 30 s
const PATIENCE_MILLISECONDS = 20_000; // a busy machine is slow to start a worker, and without it a reload ends the session

export const origin = API || location.origin;
export const session = Object.assign(new EventTarget(), { held: false });

let keeper = null;

function hold(held) {
  if (held === session.held) return;
  session.held = held;
  session.dispatchEvent(new Event("change"));
}

function ask(worker) {
  return new Promise((resolve, reject) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data.held);
    setTimeout(reject, PATIENCE_MILLISECONDS, new Error("the service worker does not respond"));
    worker.postMessage("held", [channel.port2]);
  });
}

function controlled() {
  if (navigator.serviceWorker.controller) return true;
  return new Promise((resolve, reject) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    setTimeout(reject, PATIENCE_MILLISECONDS, new Error("the service worker does not take over"));
  });
}

async function open() {
  try {
    const workers = navigator.serviceWorker;
    workers.addEventListener("message", (event) => hold(event.data.held));
    const registration = await workers.register(`/vault.js?api=${encodeURIComponent(origin)}`, { type: "module" });
    if (!workers.controller) registration.active?.postMessage("claim");
    await controlled();
    hold(await ask(workers.controller));
    setInterval(() => session.held && workers.controller?.postMessage("alive"), ALIVE_MILLISECONDS);
  } catch {
    keeper = new Keeper(origin, hold);
  }
}

/** Resolves once it is known whether somebody is signed in. */
export const ready = open();

/** The API; what needs a session, or begins one, waits for the worker. */
export const api = new Api(API, async (request, needed) => {
  request.headers.set("Accept-Language", speaking()); // mails that this asks for are in the language of the page
  if (needed || request.method !== "GET") await ready;
  if (keeper !== null) return keeper.send(request);
  const session = /^\/v1\/(sessions|third-party-(accounts|sessions)$)/.test(new URL(request.url).pathname);
  const response = await fetch(request);
  // The worker's own message about it may come after its response.
  if (session) hold(await ask(navigator.serviceWorker.controller));
  return response;
});
