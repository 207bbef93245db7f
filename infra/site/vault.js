/** The service worker: holds the tokens of the session (keeper.js) for all tabs of the site, and caches nothing. */

import { Keeper } from "./keeper.js";

const api = new URL(new URL(location.href).searchParams.get("api") || location.origin).origin;

async function tell(held) {
  for (const page of await self.clients.matchAll()) page.postMessage({ held });
}

const keeper = new Keeper(api, tell);

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
  else event.ports[0]?.postMessage({ held: keeper.holds });
});

self.addEventListener("fetch", (event) => {
  // Pages, audio and the like go by themselves: only what the site's own scripts ask the API for.
  if (event.request.destination === "" && event.request.mode !== "navigate" && keeper.minds(event.request)) {
    event.respondWith(keeper.send(event.request));
  }
});
