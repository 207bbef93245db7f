"""CSV files that spreadsheets read correctly."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

# A cell that begins so is a formula to a spreadsheet; full-width forms too (OWASP, "CSV Injection").
FORMULA_STARTS = "=+-@\t\r\n"
# Without it a spreadsheet reads UTF-8 as the computer's code page.
BYTE_ORDER_MARK = "\ufeff"


def plain_cell(cell: str) -> str:
    """The cell as text: a leading apostrophe keeps a spreadsheet from evaluating it."""
    first = unicodedata.normalize("NFKC", cell.lstrip(" ")[:1])
    return f"'{cell}" if first and first in FORMULA_STARTS else cell


def spreadsheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV (RFC 4180) for people: a byte order mark, a header row, and the rows, of plain cells."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([plain_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
