"""The website's client of the API (infra/site/api.js), made from the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEAD = """/**
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
  return /^text\\/|jose/.test(type) ? response.text() : response.blob();
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
"""


def javascript(document: Mapping[str, Any]) -> str:
    """The module's text."""
    offered = [
        (verb.upper(), path, operation)
        for path, operations in document["paths"].items()
        for verb, operation in operations.items()
        if path.startswith("/v1/") and not path.startswith("/v1/webhooks")
    ]
    methods = [line for each in offered for line in _method(*each)]
    queries = {_name(operation): _queries(operation, document) for _, _, operation in offered}
    lines = [f"  {name}: {json.dumps(values)}," for name, values in queries.items() if values]
    table = "/** Each operation's query parameters, with the values that they take where these are few. */"
    return "\n".join([HEAD, *methods]) + "}\n\n" + "\n".join([table, "const QUERIES = {", *lines, "};"]) + "\n"


def _name(operation: Mapping[str, Any]) -> str:
    return re.sub(r"_(\w)", lambda found: found.group(1).upper(), operation["operationId"])


def _queries(operation: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        each["name"]: _values(each["schema"], document) for each in operation["parameters"] if each["in"] == "query"
    }


def _values(schema: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return list(schema.get("enum", []))


def _method(verb: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    taken = [each["name"] for each in operation["parameters"]]
    words = [*(["parameters"] if taken else []), *(["body"] if "requestBody" in operation else [])]
    needed = any(each["required"] for each in operation["parameters"])
    signature = ", ".join(word if word == "body" or needed or "body" in words else f"{word} = {{}}" for word in words)
    about = operation["summary"]
    if taken:
        about += f" Parameters: {', '.join(taken)}."
    name = _name(operation)
    given = ", ".join([f"session: {json.dumps(bool(operation['security']))}", *words])
    yield f"  /** {about} */\n  {name}({signature}) {{"
    yield f'    return this.call("{name}", {json.dumps(verb)}, {json.dumps(path)}, {{ {given} }});\n  }}\n'
