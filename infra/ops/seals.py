"""The signature of a letter's PDF itself (PAdES), checked by pyHanko against the published keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO

from joserfc.jwk import ECKey


class Seal(StrEnum):
    """What the signature of a PDF says of its pages."""

    VALID = "valid"
    BROKEN = "broken"
    MISSING = "missing"


def seal_of(document: bytes, keys: Mapping[str, ECKey]) -> Seal:
    """Whether one of `keys` sealed exactly this file.

    The key set vouches for the key, so that the certificate's own issuer and dates do not matter here.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        return _checked(document, keys)
    except (
        PdfError,
        SignatureValidationError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ):
        # What pyHanko raises on files that were tampered with is not one family.
        return Seal.BROKEN


def _checked(document: bytes, keys: Mapping[str, ECKey]) -> Seal:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    found = PdfFileReader(BytesIO(document)).embedded_signatures
    if not found:
        return Seal.MISSING
    signature = found[-1]
    certificate = signature.signer_cert
    if ECKey.import_key(certificate.public_key.dump()).thumbprint() not in keys:
        return Seal.BROKEN
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Seal.VALID if status.intact and status.valid and whole else Seal.BROKEN
