"""Checking a submitted letter: its signature, its bytes, and the record of its number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.signing.rules import SignatureState
from allmytracks.verification.ports import LetterReader, LetterSignatures
from allmytracks.verification.rules import (
    LARGEST_DOCUMENT,
    DocumentTooLarge,
    HeldLetter,
    NotALetter,
    Verification,
    compared,
    number_in,
    numbers_in,
)

PDF_MARK = b"%PDF-"
# PDF readers look for the header this far (PDF 1.7, appendix H, 3.4.1).
MARK_WITHIN = 1024


@dataclass(frozen=True)
class VerifyLetter:
    """Raises NotALetter, DocumentTooLarge, UnreadableDocument, Unavailable, and LicenseNotFound with the signature."""

    licenses: Licenses
    reader: LetterReader
    signatures: LetterSignatures

    def document(self, content: bytes) -> Verification:
        """Checks a PDF. A file with a missing or broken signed text is identified by its printed number."""
        if len(content) > LARGEST_DOCUMENT:
            raise DocumentTooLarge(f"A letter is never larger than {LARGEST_DOCUMENT} bytes.", limit=LARGEST_DOCUMENT)
        if PDF_MARK not in content[:MARK_WITHIN]:
            raise NotALetter("This is not a PDF. Send the letter's file as it was issued.")
        reading = self.reader.read(content)
        text = self.signatures.check(reading.jws) if reading.jws else None
        held = HeldLetter(text, hashlib.sha256(content).hexdigest())
        visible = reading.description + "\n" + content.decode("latin-1")
        return self._compared(held, next(numbers_in(visible), None))

    def signed_text(self, jws: str) -> Verification:
        """Checks a JWS."""
        return self._compared(HeldLetter(self.signatures.check(jws.strip())), None)

    def _compared(self, held: HeldLetter, otherwise: str | None) -> Verification:
        signature = held.text.signature if held.text else SignatureState.INVALID
        try:
            number = (number_in(held.text) if held.text else None) or otherwise
            if number is None:
                raise NotALetter("No licence letter of ours can be recognised in this. Send the PDF or JWS unchanged.")
            return compared(self.licenses.public(number), held)
        except LicenseNotFound as error:
            # Signed by us and not on record: an orphaned letter, so it grants nothing.
            raise LicenseNotFound(error.detail, signature=signature.value) from None
