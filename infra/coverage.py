"""Writes the characters that the shipped fonts cover as a module, so that functions need not read fonts: `make
coverage`.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from allmytracks.documents import rules_coverage
from allmytracks.documents.fonts import coverage

_HEAD = '''"""The characters of the shipped fonts, in runs of hexadecimal numbers. Written by `make coverage`."""

COVERAGE = """
'''
_WIDTH = 118


def module_text() -> str:
    """The module as the fonts of this environment make it."""
    return f'{_HEAD}{textwrap.fill(coverage(), _WIDTH, break_on_hyphens=False)}\n"""\n'


def main() -> int:
    """Regenerates the module."""
    Path(str(rules_coverage.__file__)).write_text(module_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
