/** Files: saving what the API sends, uploading by signed links; states as little marks. */

import { h } from "./dom.js";
import { named } from "./words.js";

/** Saves a Blob, or follows a short-lived link, under a name. */
export function save(content, name) {
  const url = content instanceof Blob ? URL.createObjectURL(content) : content;
  const anchor = h("a", { href: url, download: name, hidden: true });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  if (content instanceof Blob) setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the API wants to know of a file before it gives a link to put it at. */
export const described = async (file) => ({ name: file.name, media_type: file.type || "application/octet-stream", bytes: file.size, sha256: await sha256(file) });

export async function put({ url, headers }, file) {
  const response = await fetch(url, { method: "PUT", headers, body: file });
  if (!response.ok) throw new Error(`the upload ended with ${response.status}`);
}

export const states = (kind, status, kinds = {}) => h("span", { class: `state ${kinds[status] ?? ""}` }, named(kind, status));
