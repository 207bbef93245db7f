/** Keeps a member's tokens, in memory alone, and sends requests with them. It runs in the service worker (vault.js), where no
 * script of a page can read them; in the page itself only where there are no service workers. */

const ISSUES = new Set(["/v1/sessions", "/v1/sessions/refresh", "/v1/third-party-accounts", "/v1/third-party-sessions"]);
const EARLY_MILLISECONDS = 60_000;

export class Keeper {
  #tokens = null;
  #refreshing = null;

  /** `api` is the API's origin; `changed` is called with whether a session is held, when that changes. */
  constructor(api, changed = () => {}) {
    this.api = api;
    this.changed = changed;
  }

  get holds() {
    return this.#tokens !== null;
  }

  /** Whether this request is one to send here. */
  minds(request) {
    const url = new URL(request.url);
    return url.origin === this.api && url.pathname.startsWith("/v1/");
  }

  async send(request) {
    const path = new URL(request.url).pathname;
    const body = request.method === "GET" ? undefined : await request.arrayBuffer();
    if (request.method === "POST" && ISSUES.has(path)) return this.#issue(await this.#fetch(request, body));
    if (this.#tokens !== null && Date.now() > this.#tokens.ends - EARLY_MILLISECONDS) await this.#refresh();
    const used = this.#tokens;
    let response = await this.#fetch(request, body);
    if (response.status === 401 && used !== null) {
      if (this.#tokens === used) await this.#refresh();
      if (this.#tokens !== null) response = await this.#fetch(request, body);
    }
    if (request.method === "DELETE" && path === "/v1/sessions") this.#keep(null);
    return response;
  }

  #fetch(request, body) {
    const headers = new Headers(request.headers);
    if (this.#tokens !== null) headers.set("Authorization", `Bearer ${this.#tokens.access}`);
    return fetch(request.url, {
      method: request.method, headers, body: body?.byteLength ? body : undefined, credentials: "omit",
    });
  }

  /** A response with tokens: they stay here, and the page gets the rest. */
  async #issue(response) {
    if (!response.ok || !/json/.test(response.headers.get("Content-Type") ?? "")) return response;
    const { access_token: access, refresh_token: refresh, ...rest } = await response.json();
    if (access !== undefined) this.#keep({ access, refresh, ends: Date.now() + rest.expires_in * 1000 });
    return new Response(JSON.stringify({ ...rest, signed_in: this.holds }), {
      status: response.status, headers: { "Content-Type": "application/json" },
    });
  }

  /** Gets a new token, once for all requests that wait; a refusal ends the session, a failure of the network does not. */
  #refresh() {
    this.#refreshing ??= this.#renew().finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #renew() {
    const held = this.#tokens;
    const response = await fetch(`${this.api}/v1/sessions/refresh`, {
      method: "POST", headers: { "Content-Type": "application/json" }, credentials: "omit",
      body: JSON.stringify({ refresh_token: held.refresh }),
    }).catch(() => null);
    if (this.#tokens !== held || response === null) return;
    if (response.ok) {
      const { access_token: access, refresh_token: refresh, expires_in: seconds } = await response.json();
      this.#keep({ access, refresh: refresh ?? held.refresh, ends: Date.now() + seconds * 1000 });
    } else if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      this.#keep(null);
    }
  }

  #keep(tokens) {
    const before = this.holds;
    this.#tokens = tokens;
    if (before !== this.holds) this.changed(this.holds);
  }
}
