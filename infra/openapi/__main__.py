"""`python -m infra.openapi`: writes the document beside the function that serves it, and the website's client."""

from __future__ import annotations

import json

from infra.openapi.document import ROOT, build
from infra.openapi.javascript import javascript
from infra.openapi.template_routes import public_routes

DOCUMENT = ROOT / "functions" / "get_openapi" / "openapi.json"
CLIENT = ROOT / "infra" / "site" / "api.js"


def main() -> None:
    """Writes both."""
    document = build(public_routes())
    DOCUMENT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    CLIENT.write_text(javascript(document))


if __name__ == "__main__":
    main()
