/**
 * The API of AllMyTracks for browsers: one method for each operation. Generated from the OpenAPI document by
 * `make openapi`; do not edit. Every method resolves to the response's JSON, to a Blob (files), a string (text)
 * or null. `etag` of a JSON response is its ETag. A refusal is thrown as `Refusal`.
 */

/** What the API refused (RFC 9457): `code` is stable, `errors` names the fields of a 422; `retryAfter` in seconds. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || problem.message || `HTTP ${status}`);
    Object.assign(this, problem, { name: "Refusal", status, retryAfter, errors: problem.errors ?? [] });
    this.code ??= status === 401 ? "unauthenticated" : status === 429 ? "limit_reached" : "unavailable";
  }
}

async function content(response) {
  if (response.status === 204 || response.headers.get("Content-Length") === "0") return null;
  const type = response.headers.get("Content-Type") ?? "";
  if (/json/.test(type)) {
    const value = await response.json();
    return Object.defineProperty(value, "etag", { value: response.headers.get("ETag") });
  }
  return /^text\/|jose/.test(type) ? response.text() : response.blob();
}

/** `base` is the API's origin, empty where it is the page's own. `send` gets a Request, and if it needs a session. */
export class Api {
  constructor(base = "", send = (request) => fetch(request)) {
    this.base = base;
    this.send = send;
  }

  /** The names of an operation's query parameters; none for an operation that there is not. */
  parametersOf(operation) {
    return Object.keys(QUERIES[operation] ?? {});
  }

  /** The values that a query parameter takes; none where it takes any. */
  valuesOf(operation, parameter) {
    return QUERIES[operation]?.[parameter] ?? [];
  }

  async call(operation, method, template, { session, parameters = {}, body }) {
    const headers = new Headers({ Accept: "application/json, */*;q=0.1" });
    const query = new URLSearchParams();
    let path = template;
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined || value === null || value === "") continue;
      if (template.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
      else if (/^[A-Z]/.test(name)) headers.set(name, value);
      else if (this.parametersOf(operation).includes(name)) query.set(name, value);
      else throw new TypeError(`${method} ${template} has no parameter ${name}`);
    }
    const file = body instanceof Blob;
    if (body !== undefined) headers.set("Content-Type", file ? body.type : "application/json");
    const address = `${this.base}${path}${query.size ? `?${query}` : ""}`;
    const payload = body === undefined || file ? body : JSON.stringify(body);
    const request = new Request(new URL(address, location.href), { method, headers, body: payload });
    const response = await this.send(request, session);
    if (response.ok) return content(response);
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, problem, Number(response.headers.get("Retry-After")) || null);
  }

  /** Change or remove particulars, if the account is unchanged since it was read (If-Match). Parameters: If-Match. */
  changeAccount(parameters, body) {
    return this.call("changeAccount", "PATCH", "/v1/account", { session: true, parameters, body });
  }

  /** The caller's own account; its ETag goes with a change. */
  getAccount() {
    return this.call("getAccount", "GET", "/v1/account", { session: true });
  }

  /** Accept an agreement in its current version; again changes nothing. */
  acceptAgreements(body) {
    return this.call("acceptAgreements", "POST", "/v1/account/acceptances", { session: true, body });
  }

  /** Whom the caller's invoices are made out to. */
  getBilling() {
    return this.call("getBilling", "GET", "/v1/account/billing", { session: true });
  }

  /** Give particulars for invoices; they hold from the next order and the next invoice on. Parameters: If-Match. */
  putBilling(parameters, body) {
    return this.call("putBilling", "PUT", "/v1/account/billing", { session: true, parameters, body });
  }

  /** Remove the particulars; invoices that were issued keep them. With If-Match only what was read. Parameters: If-Match. */
  removeBilling(parameters = {}) {
    return this.call("removeBilling", "DELETE", "/v1/account/billing", { session: true, parameters });
  }

  /** The status of the latest application to close the account, and the current blocks to closing. */
  showClosing() {
    return this.call("showClosing", "GET", "/v1/account/closing", { session: true });
  }

  /** Apply to close the account; a refusal names everything that prevents it (`blocks`). */
  applyForClosing(body) {
    return this.call("applyForClosing", "POST", "/v1/account/closing", { session: true, body });
  }

  /** Take the application back, as long as it is not decided. */
  withdrawClosing() {
    return this.call("withdrawClosing", "DELETE", "/v1/account/closing", { session: true });
  }

  /** Every optional consent, what it is for, and what the caller decided. */
  listConsents() {
    return this.call("listConsents", "GET", "/v1/account/consents", { session: true });
  }

  /** Give or withdraw one consent; what depends on it starts or stops at once. Parameters: id. */
  putConsent(parameters, body) {
    return this.call("putConsent", "PUT", "/v1/account/consents/{id}", { session: true, parameters, body });
  }

  /** Asks for everything that is stored of the caller; while an export is pending, the answer is that one. */
  requestExport() {
    return this.call("requestExport", "POST", "/v1/account/data-exports", { session: true });
  }

  /** The status of one of the caller's exports, with a new link while its file is there. Parameters: id. */
  getExport(parameters) {
    return this.call("getExport", "GET", "/v1/account/data-exports/{id}", { session: true, parameters });
  }

  /** To whom, when, why and on which basis data of the account were disclosed, the latest first. */
  listDisclosures() {
    return this.call("listDisclosures", "GET", "/v1/account/disclosures", { session: true });
  }

  /** The enterprise that the caller acts for, what was declared of it, and how its letter of authority fares. */
  getEnterprise() {
    return this.call("getEnterprise", "GET", "/v1/account/enterprise", { session: true });
  }

  /** Give the particulars of the enterprise, and declare that it consented to the agreements (U-II.III.1.4). */
  putEnterprise(body) {
    return this.call("putEnterprise", "PUT", "/v1/account/enterprise", { session: true, body });
  }

  /** Announce the enterprise's letter of authority (PDF, PNG or JPEG); customer service reviews it once it is put. */
  sendLetter(body) {
    return this.call("sendLetter", "POST", "/v1/account/enterprise/letters", { session: true, body });
  }

  /** Freeze the account, after a recent sign-in or with a code: every session ends, and nobody can sign in. */
  freezeAccount(body) {
    return this.call("freezeAccount", "POST", "/v1/account/freeze", { session: true, body });
  }

  /** Ask for a code that freezes the account without a recent sign-in. */
  askForFreezeCode() {
    return this.call("askForFreezeCode", "POST", "/v1/account/freeze-codes", { session: true });
  }

  /** Reports misuse of an account, without a sign-in. The answer is the same whether the address has one. */
  reportMisuse(body) {
    return this.call("reportMisuse", "POST", "/v1/account/misuse-reports", { session: false, body });
  }

  /** Change the password; every other session of the account ends. */
  changePassword(body) {
    return this.call("changePassword", "PUT", "/v1/account/password", { session: true, body });
  }

  /** The words that the caller searched for while signed in, newest first. Parameters: limit, cursor. */
  listSearches(parameters = {}) {
    return this.call("listSearches", "GET", "/v1/account/searches", { session: true, parameters });
  }

  /** Forget all of them. */
  clearSearches() {
    return this.call("clearSearches", "DELETE", "/v1/account/searches", { session: true });
  }

  /** The caller's open sessions. */
  listSessions() {
    return this.call("listSessions", "GET", "/v1/account/sessions", { session: true });
  }

  /** End every session but the caller's own: none of them can be refreshed any more. */
  endOtherSessions() {
    return this.call("endOtherSessions", "DELETE", "/v1/account/sessions", { session: true });
  }

  /** The caller's linked logins, oldest first. */
  listThirdPartyLogins() {
    return this.call("listThirdPartyLogins", "GET", "/v1/account/third-party-logins", { session: true });
  }

  /** Begin to link a login, after a recent sign-in: the browser goes to `authorization_url`. */
  beginThirdPartyLink() {
    return this.call("beginThirdPartyLink", "POST", "/v1/account/third-party-logins", { session: true });
  }

  /** Link the login that the browser came back with. Only a visit that this member began links to this account. */
  linkThirdPartyLogin(body) {
    return this.call("linkThirdPartyLogin", "PUT", "/v1/account/third-party-logins", { session: true, body });
  }

  /** End all links; address and password open the account as before. */
  unlinkThirdPartyLogins() {
    return this.call("unlinkThirdPartyLogins", "DELETE", "/v1/account/third-party-logins", { session: true });
  }

  /** What happened on the account, newest first: grants, refusals, payments, notices, operators' acts. Parameters: limit, cursor, language. */
  getTimeline(parameters = {}) {
    return this.call("getTimeline", "GET", "/v1/account/timeline", { session: true, parameters });
  }

  /** Sign up. The answer is the same for an address that has an account; its owner gets a mail. */
  signUp(body) {
    return this.call("signUp", "POST", "/v1/accounts", { session: false, body });
  }

  /** Prove an address with the code that was sent to it. */
  verifyAccount(body) {
    return this.call("verifyAccount", "POST", "/v1/accounts/verification", { session: false, body });
  }

  /** Ask for another code of a sign-up. The answer is the same whatever is known of the address. */
  sendCodeAgain(body) {
    return this.call("sendCodeAgain", "POST", "/v1/accounts/verification-codes", { session: false, body });
  }

  /** The current version of every agreement. */
  listAgreements() {
    return this.call("listAgreements", "GET", "/v1/agreements", { session: false });
  }

  /** One agreement with its text and all its versions: the current version, or the one that `version` names. Parameters: id, version. */
  getAgreement(parameters) {
    return this.call("getAgreement", "GET", "/v1/agreements/{id}", { session: false, parameters });
  }

  /** What is left of today; zero of zero without a running membership. */
  getAllowance() {
    return this.call("getAllowance", "GET", "/v1/allowance", { session: true });
  }

  /** The announcements to everybody, newest first. A change shows within 30 seconds. Parameters: limit, cursor. */
  listAnnouncements(parameters = {}) {
    return this.call("listAnnouncements", "GET", "/v1/announcements", { session: false, parameters });
  }

  /** As a device, with its own token in the Authorization header, announce a recording of it. */
  announceByDevice(body) {
    return this.call("announceByDevice", "POST", "/v1/device-recordings", { session: false, body });
  }

  /** Claim a device with the code on its label; the same again changes nothing (S-1.devices). */
  claimDevice(body) {
    return this.call("claimDevice", "POST", "/v1/devices", { session: true, body });
  }

  /** The caller's devices, and what covers each. */
  listDevices() {
    return this.call("listDevices", "GET", "/v1/devices", { session: true });
  }

  /** Give a device another name. Parameters: id. */
  renameDevice(parameters, body) {
    return this.call("renameDevice", "PATCH", "/v1/devices/{id}", { session: true, parameters, body });
  }

  /** Release a device, so that any account can claim it; refused while it is covered (S-1.devices). Parameters: id. */
  releaseDevice(parameters) {
    return this.call("releaseDevice", "DELETE", "/v1/devices/{id}", { session: true, parameters });
  }

  /** Announce a recording of a covered device, and get links to upload it by; the same again gives new links. Parameters: id. */
  announceRecording(parameters, body) {
    return this.call("announceRecording", "POST", "/v1/devices/{id}/recordings", { session: true, parameters, body });
  }

  /** A device's recordings by time; none once nothing covers it (S-8.1). Parameters: id, from, to, limit, cursor. */
  listRecordings(parameters) {
    return this.call("listRecordings", "GET", "/v1/devices/{id}/recordings", { session: true, parameters });
  }

  /** Make the device's own token, by which it sends recordings; it is shown once, and ends the one before. Parameters: id. */
  makeToken(parameters) {
    return this.call("makeToken", "POST", "/v1/devices/{id}/token", { session: true, parameters });
  }

  /** Revoke the device's token; from then on it sends nothing. Parameters: id. */
  revokeToken(parameters) {
    return this.call("revokeToken", "DELETE", "/v1/devices/{id}/token", { session: true, parameters });
  }

  /** Download a track: counted once against today's allowance, with a link to the file. Parameters: Idempotency-Key. */
  grantDownload(parameters, body) {
    return this.call("grantDownload", "POST", "/v1/downloads", { session: true, parameters, body });
  }

  /** The caller's downloads, newest first. Parameters: limit, cursor, project, licensed, format. */
  listDownloads(parameters = {}) {
    return this.call("listDownloads", "GET", "/v1/downloads", { session: true, parameters });
  }

  /** One download of the caller. Parameters: id. */
  getDownload(parameters) {
    return this.call("getDownload", "GET", "/v1/downloads/{id}", { session: true, parameters });
  }

  /** A fresh link to a download; it costs nothing of the allowance, and a download has only so many. Parameters: id. */
  issueLink(parameters) {
    return this.call("issueLink", "POST", "/v1/downloads/{id}/links", { session: true, parameters });
  }

  /** The links that one download of the caller was given: when, to which address and device. Parameters: id. */
  listLinks(parameters) {
    return this.call("listLinks", "GET", "/v1/downloads/{id}/links", { session: true, parameters });
  }

  /** What was erased of an account, what stays and why; no sign-in, as the account is gone. Parameters: id. */
  getErasureReceipt(parameters) {
    return this.call("getErasureReceipt", "GET", "/v1/erasure-receipts/{id}", { session: false, parameters });
  }

  /** The tracks in the caller's list. Parameters: limit, cursor. */
  listFavourites(parameters = {}) {
    return this.call("listFavourites", "GET", "/v1/favourites", { session: true, parameters });
  }

  /** Keep a track in the caller's list; idempotent. Parameters: id. */
  putFavourite(parameters) {
    return this.call("putFavourite", "PUT", "/v1/favourites/{id}", { session: true, parameters });
  }

  /** Take a track out of the caller's list; idempotent. Parameters: id. */
  removeFavourite(parameters) {
    return this.call("removeFavourite", "DELETE", "/v1/favourites/{id}", { session: true, parameters });
  }

  /** Consent to a minor's account, or refuse, which closes it and erases its data; the token serves once. */
  consentAsGuardian(body) {
    return this.call("consentAsGuardian", "POST", "/v1/guardian-consents", { session: false, body });
  }

  /** Send the guardian of the caller's account one more link; it goes to the address given at sign-up. */
  askGuardian() {
    return this.call("askGuardian", "POST", "/v1/guardian-consents/links", { session: true });
  }

  /** The caller's invoices and credit notes, newest first. Parameters: limit, cursor. */
  listInvoices(parameters = {}) {
    return this.call("listInvoices", "GET", "/v1/invoices", { session: true, parameters });
  }

  /** An invoice or credit note as it was issued. Parameters: number. */
  getInvoiceDocument(parameters) {
    return this.call("getInvoiceDocument", "GET", "/v1/invoices/{number}/document", { session: true, parameters });
  }

  /** Downloads many tracks for one project, each with its own letter. Parameters: Idempotency-Key. */
  requestLicenseBatch(parameters, body) {
    return this.call("requestLicenseBatch", "POST", "/v1/license-batches", { session: true, parameters, body });
  }

  /** What became of each track of one of the caller's batches. Parameters: id. */
  getLicenseBatch(parameters) {
    return this.call("getLicenseBatch", "GET", "/v1/license-batches/{id}", { session: true, parameters });
  }

  /** Issues a letter: 201, or 200 with the same letter where this Idempotency-Key got it before. Parameters: Idempotency-Key. */
  issueLicense(parameters, body) {
    return this.call("issueLicense", "POST", "/v1/licenses", { session: true, parameters, body });
  }

  /** The caller's licences, newest first; those of one project, or of one status, where the query asks for it. Parameters: limit, cursor, project, status. */
  listLicenses(parameters = {}) {
    return this.call("listLicenses", "GET", "/v1/licenses", { session: true, parameters });
  }

  /** One licence with all its terms. Parameters: number. */
  getLicense(parameters) {
    return this.call("getLicense", "GET", "/v1/licenses/{number}", { session: true, parameters });
  }

  /** The text that disputes a platform's claim on the licensed work, in the length that its form takes. Parameters: number, platform, language. */
  getDisputeText(parameters) {
    return this.call("getDisputeText", "GET", "/v1/licenses/{number}/dispute-text", { session: true, parameters });
  }

  /** The letter as it was issued, to its member alone. Parameters: number. */
  getDocument(parameters) {
    return this.call("getDocument", "GET", "/v1/licenses/{number}/document", { session: true, parameters });
  }

  /** The caller's membership now, and all its periods. */
  getMembership() {
    return this.call("getMembership", "GET", "/v1/membership", { session: true });
  }

  /** End the caller's membership at once, with all periods to come; say that you know that no fee is returned. */
  cancelMembership(body) {
    return this.call("cancelMembership", "POST", "/v1/membership/cancellation", { session: true, body });
  }

  /** The caller's notices, newest first; `unread=true` lists only unread ones. Parameters: limit, cursor, unread. */
  listNotices(parameters = {}) {
    return this.call("listNotices", "GET", "/v1/notices", { session: true, parameters });
  }

  /** Marks a notice as read. Idempotent. Parameters: id. */
  readNotice(parameters) {
    return this.call("readNotice", "POST", "/v1/notices/{id}/read", { session: true, parameters });
  }

  /** This API as an OpenAPI 3.1 document. */
  getOpenapi() {
    return this.call("getOpenapi", "GET", "/v1/openapi.json", { session: false });
  }

  /** Quote a membership, with the acceptance of its plan's agreements; a repeated Idempotency-Key answers 200. Parameters: Idempotency-Key. */
  createOrder(parameters, body) {
    return this.call("createOrder", "POST", "/v1/orders", { session: true, parameters, body });
  }

  /** The caller's orders, newest first. Parameters: limit, cursor. */
  listOrders(parameters = {}) {
    return this.call("listOrders", "GET", "/v1/orders", { session: true, parameters });
  }

  /** One of the caller's orders. Parameters: id. */
  getOrder(parameters) {
    return this.call("getOrder", "GET", "/v1/orders/{id}", { session: true, parameters });
  }

  /** The agreement of one of the caller's orders: as JSON, or with `Accept: application/pdf` its document. Parameters: id. */
  getMusicAgreement(parameters) {
    return this.call("getMusicAgreement", "GET", "/v1/orders/{id}/agreement", { session: true, parameters });
  }

  /** Ask for the music licence agreement of a paid membership, in one of three languages (U-III.II.2). Parameters: id. */
  askForMusicAgreement(parameters, body) {
    return this.call("askForMusicAgreement", "POST", "/v1/orders/{id}/agreement", { session: true, parameters, body });
  }

  /** Confirm a quote and get the address of its checkout; a repeated confirmation gets the same. Parameters: id. */
  confirmOrder(parameters, body) {
    return this.call("confirmOrder", "POST", "/v1/orders/{id}/confirmation", { session: true, parameters, body });
  }

  /** The invoice of a paid order and its credit notes; with `Accept: application/pdf` the PDF of the invoice. Parameters: id. */
  getInvoice(parameters) {
    return this.call("getInvoice", "GET", "/v1/orders/{id}/invoice", { session: true, parameters });
  }

  /** The letter of a special licence that the caller paid: as JSON, or with `Accept: application/pdf` its document. Parameters: id. */
  getSpecialLicense(parameters) {
    return this.call("getSpecialLicense", "GET", "/v1/orders/{id}/license", { session: true, parameters });
  }

  /** A link to a track that the caller's special licence names; it costs nothing of the allowance. Parameters: id. */
  issueSpecialLink(parameters, body) {
    return this.call("issueSpecialLink", "POST", "/v1/orders/{id}/links", { session: true, parameters, body });
  }

  /** The terms of a special licence that was quoted to the caller; accept them with the order's confirmation. Parameters: id. */
  getSpecialTerms(parameters) {
    return this.call("getSpecialTerms", "GET", "/v1/orders/{id}/terms", { session: true, parameters });
  }

  /** Ask for a code that sets a new password. The answer is the same whether or not the address has an account. */
  askForResetCode(body) {
    return this.call("askForResetCode", "POST", "/v1/password-resets", { session: false, body });
  }

  /** Set a new password with the code that was sent; every session of the account ends. */
  resetPassword(body) {
    return this.call("resetPassword", "PUT", "/v1/password-resets", { session: false, body });
  }

  /** The plans of the price list in force, the purposes and platforms of their licences. */
  listPlans() {
    return this.call("listPlans", "GET", "/v1/plans", { session: false });
  }

  /** Who processes personal data for the site: the list in force, or the one that `version` names. Parameters: version. */
  listProcessors(parameters = {}) {
    return this.call("listProcessors", "GET", "/v1/processors", { session: false, parameters });
  }

  /** Asks for the pack of a project: 202, or 200 with the same pack where this Idempotency-Key asked before. Parameters: Idempotency-Key. */
  requestProjectPack(parameters, body) {
    return this.call("requestProjectPack", "POST", "/v1/project-packs", { session: true, parameters, body });
  }

  /** The status of one of the caller's packs, with a link once it is ready. Parameters: id. */
  getProjectPack(parameters) {
    return this.call("getProjectPack", "GET", "/v1/project-packs/{id}", { session: true, parameters });
  }

  /** The projects that the caller's downloads are for, the one with the newest download first. Parameters: limit, cursor. */
  listProjects(parameters = {}) {
    return this.call("listProjects", "GET", "/v1/projects", { session: true, parameters });
  }

  /** Remove a recording permanently. Parameters: id. */
  removeRecording(parameters) {
    return this.call("removeRecording", "DELETE", "/v1/recordings/{id}", { session: true, parameters });
  }

  /** A short-lived link to play or save a recording; it takes range requests. Parameters: id. */
  linkRecording(parameters) {
    return this.call("linkRecording", "GET", "/v1/recordings/{id}/link", { session: true, parameters });
  }

  /** Proof that the register of one size is the beginning of that of another. Parameters: first, second. */
  proveConsistency(parameters) {
    return this.call("proveConsistency", "GET", "/v1/register/consistency", { session: false, parameters });
  }

  /** What the register holds, leaf by leaf; at most 1,024 an answer. Parameters: start, end. */
  listEntries(parameters = {}) {
    return this.call("listEntries", "GET", "/v1/register/entries", { session: false, parameters });
  }

  /** The last signed head of the register. */
  getHead() {
    return this.call("getHead", "GET", "/v1/register/head", { session: false });
  }

  /** All signed heads, oldest first. Parameters: limit, cursor. */
  listHeads(parameters = {}) {
    return this.call("listHeads", "GET", "/v1/register/heads", { session: false, parameters });
  }

  /** Proof that a licence, and what was done with it since, is in the register. Parameters: number, head. */
  proveInclusion(parameters) {
    return this.call("proveInclusion", "GET", "/v1/register/inclusion/{number}", { session: false, parameters });
  }

  /** Sign in with address and password; a risky sign-in asks for a code by e-mail as well. */
  signIn(body) {
    return this.call("signIn", "POST", "/v1/sessions", { session: false, body });
  }

  /** Sign out everywhere: no refresh token of this account works any more. */
  signOut() {
    return this.call("signOut", "DELETE", "/v1/sessions", { session: true });
  }

  /** Trade a refresh token for a new access token; the refresh token stays the same. */
  refreshSession(body) {
    return this.call("refreshSession", "POST", "/v1/sessions/refresh", { session: false, body });
  }

  /** Whether the service runs, and the maintenance that is planned or running. */
  getStatus() {
    return this.call("getStatus", "GET", "/v1/status", { session: false });
  }

  /** The signed list of revoked and superseded licences (JWS, the keys of letters); a new one comes every hour. */
  getStatusList() {
    return this.call("getStatusList", "GET", "/v1/status-list", { session: false });
  }

  /** Quote a package for a device; confirmed and paid at /v1/orders/{id}. A repeated Idempotency-Key answers 200. Parameters: Idempotency-Key. */
  orderStorage(parameters, body) {
    return this.call("orderStorage", "POST", "/v1/storage/orders", { session: true, parameters, body });
  }

  /** The packages of cloud storage on sale. */
  listPackages() {
    return this.call("listPackages", "GET", "/v1/storage/packages", { session: false });
  }

  /** The caller's subscriptions, the newest first. Parameters: limit, cursor. */
  listSubscriptions(parameters = {}) {
    return this.call("listSubscriptions", "GET", "/v1/storage/subscriptions", { session: true, parameters });
  }

  /** One subscription of the caller's. Parameters: id. */
  showSubscription(parameters) {
    return this.call("showSubscription", "GET", "/v1/storage/subscriptions/{id}", { session: true, parameters });
  }

  /** Cancel a subscription, or see first what that gives: access stays to the last day that is paid (S-8). Parameters: id. */
  cancelSubscription(parameters, body) {
    return this.call("cancelSubscription", "POST", "/v1/storage/subscriptions/{id}/cancellation", { session: true, parameters, body });
  }

  /** Start the trial: once for each account and device, 14 days; the same again returns it (S-0.accept, S-7.1). */
  startTrial(body) {
    return this.call("startTrial", "POST", "/v1/storage/trials", { session: true, body });
  }

  /** Asks customer service without a sign-in: for one's data, as a guardian or relative, or about who owns an account. */
  requestSupport(body) {
    return this.call("requestSupport", "POST", "/v1/support-requests", { session: false, body });
  }

  /** Make an account of a login that has none, with the agreements accepted; nothing is stored before. */
  signUpByThirdParty(body) {
    return this.call("signUpByThirdParty", "POST", "/v1/third-party-accounts", { session: false, body });
  }

  /** Which provider members may sign in with, and which attributes are read from it. */
  showThirdPartyProvider() {
    return this.call("showThirdPartyProvider", "GET", "/v1/third-party-provider", { session: false });
  }

  /** Sign in with what the browser came back with: 201, or 200 where no account is linked to this login. */
  signInByThirdParty(body) {
    return this.call("signInByThirdParty", "POST", "/v1/third-party-sessions", { session: false, body });
  }

  /** Begin to sign in: the browser keeps `sign_in_id` and goes to `authorization_url`. */
  beginThirdPartyVisit() {
    return this.call("beginThirdPartyVisit", "POST", "/v1/third-party-visits", { session: false });
  }

  /** Opens a ticket: 201, or 200 with the same ticket where this Idempotency-Key opened it before (P-15days). Parameters: Idempotency-Key. */
  openTicket(parameters, body) {
    return this.call("openTicket", "POST", "/v1/tickets", { session: true, parameters, body });
  }

  /** The caller's tickets, newest first. Parameters: limit, cursor. */
  listTickets(parameters = {}) {
    return this.call("listTickets", "GET", "/v1/tickets", { session: true, parameters });
  }

  /** One ticket with its messages; files that arrived since are checked first. Parameters: number. */
  showTicket(parameters) {
    return this.call("showTicket", "GET", "/v1/tickets/{number}", { session: true, parameters });
  }

  /** Adds a message; the ticket is with customer service again. Parameters: number, Idempotency-Key. */
  writeMessage(parameters, body) {
    return this.call("writeMessage", "POST", "/v1/tickets/{number}/messages", { session: true, parameters, body });
  }

  /** Prove by the code that the account is yours; customer service sees it on the ticket. Parameters: number. */
  proveOwnership(parameters, body) {
    return this.call("proveOwnership", "PUT", "/v1/tickets/{number}/proof", { session: false, parameters, body });
  }

  /** Ask for a code to the address of the request; it proves something only if it is the account's address. Parameters: number. */
  askForProofCode(parameters, body) {
    return this.call("askForProofCode", "POST", "/v1/tickets/{number}/proof-codes", { session: false, parameters, body });
  }

  /** Search tracks by words and filters. With a member's token and their consent, the words are kept for them. Parameters: q, kind, genre, mood, instrument, key, artist, bpm_min, bpm_max, length_min, length_max, usable_for, facets, sort, cursor, limit. */
  listTracks(parameters = {}) {
    return this.call("listTracks", "GET", "/v1/tracks", { session: false, parameters });
  }

  /** How a search may go on, while somebody types. Parameters: q. */
  suggestSearches(parameters = {}) {
    return this.call("suggestSearches", "GET", "/v1/tracks/suggestions", { session: false, parameters });
  }

  /** One track. Parameters: id. */
  getTrack(parameters) {
    return this.call("getTrack", "GET", "/v1/tracks/{id}", { session: false, parameters });
  }

  /** Listen to a track: leads to a short-lived link to its preview, and shows the link to who accepts JSON. Parameters: id. */
  previewTrack(parameters) {
    return this.call("previewTrack", "GET", "/v1/tracks/{id}/preview", { session: false, parameters });
  }

  /** Tracks that sound alike, by their sound and their tags. Parameters: id. */
  listSimilarTracks(parameters) {
    return this.call("listSimilarTracks", "GET", "/v1/tracks/{id}/similar", { session: false, parameters });
  }

  /** The peaks of a track's preview, to draw it. Parameters: id. */
  showWaveform(parameters) {
    return this.call("showWaveform", "GET", "/v1/tracks/{id}/waveform", { session: false, parameters });
  }

  /** The page with the button that stops offers by mail; programs that follow links change nothing. Parameters: token. */
  showUnsubscription(parameters) {
    return this.call("showUnsubscription", "GET", "/v1/unsubscribe/{token}", { session: false, parameters });
  }

  /** Stop offers by mail at once (RFC 8058); notices about the account still come. Parameters: token. */
  stopOffers(parameters) {
    return this.call("stopOffers", "POST", "/v1/unsubscribe/{token}", { session: false, parameters });
  }

  /** Whether a letter is as it was issued, and what is on record of its licence; nothing of it is kept. Parameters: lang. */
  verifyLetter(parameters, body) {
    return this.call("verifyLetter", "POST", "/v1/verifications", { session: false, parameters, body });
  }

  /** What is on record of a licence; names are masked. With `Accept: text/html` as a page for people. Parameters: number, lang. */
  verifyLicense(parameters) {
    return this.call("verifyLicense", "GET", "/v1/verifications/{number}", { session: false, parameters });
  }
}

/** Each operation's query parameters, with the values that they take where these are few. */
const QUERIES = {
  listSearches: {"limit": [], "cursor": []},
  getTimeline: {"limit": [], "cursor": [], "language": ["en", "zh-Hans", "zh-Hant"]},
  getAgreement: {"version": []},
  listAnnouncements: {"limit": [], "cursor": []},
  listRecordings: {"from": [], "to": [], "limit": [], "cursor": []},
  listDownloads: {"limit": [], "cursor": [], "project": [], "licensed": ["no", "yes"], "format": ["csv", "json"]},
  listFavourites: {"limit": [], "cursor": []},
  listInvoices: {"limit": [], "cursor": []},
  listLicenses: {"limit": [], "cursor": [], "project": [], "status": ["revoked", "superseded", "valid"]},
  getDisputeText: {"platform": [], "language": ["en", "zh-Hans", "zh-Hant"]},
  listNotices: {"limit": [], "cursor": [], "unread": ["false", "true"]},
  listOrders: {"limit": [], "cursor": []},
  listProcessors: {"version": []},
  listProjects: {"limit": [], "cursor": []},
  proveConsistency: {"first": [], "second": []},
  listEntries: {"start": [], "end": []},
  listHeads: {"limit": [], "cursor": []},
  proveInclusion: {"head": []},
  listSubscriptions: {"limit": [], "cursor": []},
  listTickets: {"limit": [], "cursor": []},
  listTracks: {"q": [], "kind": ["music", "sound_effect"], "genre": [], "mood": [], "instrument": [], "key": [], "artist": [], "bpm_min": [], "bpm_max": [], "length_min": [], "length_max": [], "usable_for": [], "facets": [], "sort": ["longest", "most_used", "newest", "relevance", "shortest"], "cursor": [], "limit": []},
  suggestSearches: {"q": []},
  verifyLetter: {"lang": []},
  verifyLicense: {"lang": []},
};
