"""Text that is safe to open in a spreadsheet."""

from __future__ import annotations

import unicodedata

# A cell that begins so is a formula to a spreadsheet, and so are their full-width forms (OWASP, "CSV Injection").
FORMULA_STARTS = "=+-@\t\r\n"

# Without it a spreadsheet reads UTF-8 as its own old code page.
BYTE_ORDER_MARK = "\ufeff"


def plain_cell(cell: str) -> str:
    """The cell as text: an apostrophe keeps a spreadsheet from calculating it."""
    first = unicodedata.normalize("NFKC", cell.lstrip(" ")[:1])
    return f"'{cell}" if first and first in FORMULA_STARTS else cell
