"""In-memory fakes: verification."""

from __future__ import annotations

import msgspec

from allmytracks.verification import extraction as letter_extraction
from allmytracks.verification.ports import Reading


class UnguardedLetterReader:
    """Reads in this process, without a sandbox: only for tests, whose files are our own."""

    def read(self, document: bytes) -> Reading:
        return msgspec.convert(letter_extraction.extracted(document), type=Reading)
