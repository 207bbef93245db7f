"""Documents set by Typst: archivable (PDF/A-3a), accessible (PDF/UA-1), in any script, with files attached."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
import typst

from allmytracks.documents.fonts import folders

STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]


class Typesetter:
    """Sets one template; one document at a time, as the typesetter caches state."""

    def __init__(self, template: Path) -> None:
        self._compiler = typst.Compiler(
            input=template, root=template.parent, font_paths=_fonts(), ignore_system_fonts=True
        )
        self._lock = threading.Lock()

    def typeset(self, content: Mapping[str, object], made_at: datetime) -> bytes:
        """A PDF of the template, which finds `content` as JSON in `sys.inputs.content`."""
        inputs = {"content": json.dumps(content, ensure_ascii=False)}
        with self._lock:
            document = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=made_at.replace(microsecond=0)
            )
        if not isinstance(document, bytes):
            raise TypeError("one document was asked for")
        return document


def qr_code(text: str) -> str:
    """A QR code as SVG, so that it stays sharp on paper."""
    return str(segno.make_qr(text, error="m").svg_inline(border=0, omitsize=True))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders()]
    )
