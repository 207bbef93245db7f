"""The OpenAPI document as one plain page: no script, no external resources."""

from __future__ import annotations

from html import escape
from typing import Any

from infra.openapi.document import ROOT

# Beside the page, whose Content-Security-Policy names it by its hash.
STYLE = ROOT / "functions" / "get_openapi" / "docs.css"


def render(document: dict[str, Any]) -> str:
    """The page."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>AllMyTracks API</title><style>{STYLE.read_text()}</style></head><body><h1>AllMyTracks API</h1>",
        f"<p>{escape(document['info']['description'])} ",
        'The same as <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p>',
    ]
    for path, operations in document["paths"].items():
        parts += [_operation(path, method, each) for method, each in operations.items()]
    parts.append("<h2>Schemas</h2>")
    parts += [_schema(name, each) for name, each in document["components"]["schemas"].items()]
    parts.append("</body></html>\n")
    return "\n".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    sign_in = "needs a sign-in" if operation["security"] else "open to anyone"
    rows = [
        f"<tr><td><code>{escape(each['name'])}</code>{' *' if each['required'] else ''}</td><td>{each['in']}</td></tr>"
        for each in operation["parameters"]
    ]
    body = operation.get("requestBody")
    if body:
        others = "".join(f" or {escape(kind)}" for kind in body["content"] if kind != "application/json")
        rows.append(f"<tr><td>body</td><td>{_link(body['content']['application/json']['schema'])}{others}</td></tr>")
    for status, response in operation["responses"].items():
        schema = next((each["schema"] for each in response.get("content", {}).values()), None)
        rows.append(f"<tr><td>{status}</td><td>{escape(response['description'])} {_link(schema)}</td></tr>")
    return (
        f'<details><summary><code class="{method}">{method.upper()}</code> <code>{escape(path)}</code> '
        f"{escape(operation['summary'])}</summary><p>{escape(operation.get('description', ''))} ({sign_in})</p>"
        f"<table>{''.join(rows)}</table></details>"
    )


def _link(schema: dict[str, Any] | None) -> str:
    if not schema or "$ref" not in schema:
        return ""
    name = schema["$ref"].rsplit("/", 1)[-1]
    return f'<a href="#{name}">{name}</a>'


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in schema.get('required', []) else ''}</td>"
        f"<td>{escape(_kind(each))} {_link(each)}</td></tr>"
        for field, each in schema.get("properties", {}).items()
    )
    return f'<h3 id="{name}">{name}</h3><p>{escape(schema.get("description", ""))}</p><table>{rows}</table>'


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(each) or each.get("$ref", "").rsplit("/", 1)[-1] for each in schema["anyOf"])
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return "list of " + (_kind(items) or items.get("$ref", "").rsplit("/", 1)[-1])
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    return str(schema.get("type", ""))
