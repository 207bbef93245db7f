"""`python -m infra.openapi`: writes the document beside the function that serves it."""

from __future__ import annotations

import json

from infra.openapi.document import ROOT, build
from infra.openapi.template_routes import public_routes

DOCUMENT = ROOT / "functions" / "get_openapi" / "openapi.json"


def main() -> None:
    """Writes the document."""
    DOCUMENT.write_text(json.dumps(build(public_routes()), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
