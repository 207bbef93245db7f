"""`python -m infra.openapi`: writes the document and its page beside the function that serves them."""

from __future__ import annotations

import json

from infra.openapi.document import ROOT, build
from infra.openapi.page import render
from infra.openapi.template_routes import public_routes

FOLDER = ROOT / "functions" / "get_openapi"


def main() -> None:
    """Writes both files."""
    document = build(public_routes())
    (FOLDER / "openapi.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    (FOLDER / "docs.html").write_text(render(document))


if __name__ == "__main__":
    main()
