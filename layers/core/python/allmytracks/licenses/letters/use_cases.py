"""Making the letter of a licence: signed, printed and stored once (design, 6.3).

Nothing has effect before it is recorded: a crash or a lost race leaves only an orphaned PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from allmytracks.documents.ports import Documents
from allmytracks.foundation.errors import Conflict, Unavailable
from allmytracks.licenses.agreements.rules import MusicAgreement, SignedAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.ports import LetterLinks, LetterPrinter
from allmytracks.licenses.rules import STATEMENT_TYPE, Letter, License, page_of
from allmytracks.publishing.ports import Publications
from allmytracks.signing.ports import DocumentSealer, LicenseSigner, Signature
from allmytracks.signing.published import published_certificate_chains
from allmytracks.signing.rules import LETTER_TYPE


def links_of(public_url: str, number: str) -> LetterLinks:
    """The URLs where anyone checks a licence; the letter's QR code has the first."""
    return LetterLinks(page_of(public_url, number), f"{public_url}/.well-known/jwks.json")


def document_key(number: str) -> str:
    """The key of a letter's document."""
    return f"letters/{number}.pdf"


@dataclass(frozen=True)
class PrintLetter:
    """Makes the letter of a licence with a new number; the bytes are never generated again.

    Raises UnprintableText, CertificateMissing, Unavailable.
    """

    signer: LicenseSigner
    printer: LetterPrinter
    sealer: DocumentSealer
    documents: Documents
    publications: Publications
    public_url: str

    def __call__(self, license_: License) -> Letter:
        number, issued_at = license_.number, license_.issued_at
        signature = self._sign(number, issued_at, {"license": license_.claims()})
        printed = self.printer.print(license_, signature, links_of(self.public_url, number))
        letter = Letter(license_, signature.jws, signature.key_id, self._store(number, issued_at, printed))
        # After the document, as it contains its hash.
        statement = self._sign(number, issued_at, {"license": letter.public_claims()}, STATEMENT_TYPE)
        return replace(letter, statement=statement.jws)

    def agreement(self, agreement: MusicAgreement) -> SignedAgreement:
        """The same for a music licence agreement (U-III.I.5)."""
        number, issued_at = agreement.number, agreement.issued_at
        signature = self._sign(number, issued_at, {"agreement": agreement.claims()})
        printed = self.printer.print_agreement(agreement, signature, links_of(self.public_url, number))
        return SignedAgreement(agreement, signature.jws, signature.key_id, self._store(number, issued_at, printed))

    def special(self, special: SpecialLicense) -> SignedAgreement:
        """The same for a special licence (M-III.6.special)."""
        number, issued_at = special.number, special.issued_at
        signature = self._sign(number, issued_at, {"special_license": special.claims()})
        printed = self.printer.print_special(special, signature, links_of(self.public_url, number))
        return SignedAgreement(special, signature.jws, signature.key_id, self._store(number, issued_at, printed))

    def _sign(
        self, number: str, issued_at: datetime, stated: Mapping[str, object], token_type: str = LETTER_TYPE
    ) -> Signature:
        """Signs claims together with the registered ones (RFC 7519) that general JWT readers look for."""
        registered = {"iss": self.public_url, "jti": number, "iat": int(issued_at.timestamp())}
        return self.signer.sign({**registered, **stated}, token_type)

    def _store(self, number: str, issued_at: datetime, printed: bytes) -> str:
        """Stores the document; returns the SHA-256 of what is stored."""
        chains = published_certificate_chains(self.publications, issued_at)
        document = self.sealer.seal(printed, chains, issued_at)
        try:
            self.documents.put(document_key(number), document)
        except Conflict as error:
            # The number is new, so the stored object is this request's own: its response was lost, and the SDK
            # retried. A repeated request gets a letter with another number.
            raise Unavailable from error
        return hashlib.sha256(document).hexdigest()
