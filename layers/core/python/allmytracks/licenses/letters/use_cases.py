"""A licence made into a letter: signed, printed and stored once (design, 6.3).

Nothing counts before a record names it: a crash or a lost race leaves only an orphaned PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from allmytracks.documents.ports import Documents
from allmytracks.foundation.errors import Conflict, Unavailable
from allmytracks.licenses.agreements.rules import MusicAgreement, SignedAgreement
from allmytracks.licenses.ports import LetterLinks, LetterPrinter
from allmytracks.licenses.rules import STATEMENT_TYPE, Letter, License
from allmytracks.publishing.ports import Publications
from allmytracks.signing.ports import DocumentSealer, LicenseSigner, Signature
from allmytracks.signing.published import published_certificate_chains
from allmytracks.signing.rules import LETTER_TYPE


def links_of(public_url: str, number: str) -> LetterLinks:
    """Where anyone checks a licence; the letter's QR code leads to the first."""
    return LetterLinks(f"{public_url}/v1/verifications/{number}", f"{public_url}/.well-known/jwks.json")


def document_key(number: str) -> str:
    """Where a letter's document lies."""
    return f"letters/{number}.pdf"


@dataclass(frozen=True)
class PrintLetter:
    """Makes the letter of a licence whose number is new; the bytes are never made again.

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
        # After the document, so that its hash can stand in it.
        statement = self._sign(number, issued_at, {"license": letter.public_claims()}, STATEMENT_TYPE)
        return replace(letter, statement=statement.jws)

    def agreement(self, agreement: MusicAgreement) -> SignedAgreement:
        """The same for a music licence agreement (U-III.I.5)."""
        number, issued_at = agreement.number, agreement.issued_at
        signature = self._sign(number, issued_at, {"agreement": agreement.claims()})
        printed = self.printer.print_agreement(agreement, signature, links_of(self.public_url, number))
        return SignedAgreement(agreement, signature.jws, signature.key_id, self._store(number, issued_at, printed))

    def _sign(
        self, number: str, issued_at: datetime, stated: Mapping[str, object], token_type: str = LETTER_TYPE
    ) -> Signature:
        """With the registered claims (RFC 7519) that a general reader of tokens looks for."""
        registered = {"iss": self.public_url, "jti": number, "iat": int(issued_at.timestamp())}
        return self.signer.sign({**registered, **stated}, token_type)

    def _store(self, number: str, issued_at: datetime, printed: bytes) -> str:
        """Answers the SHA-256 of what is stored."""
        chains = published_certificate_chains(self.publications, issued_at)
        document = self.sealer.seal(printed, chains, issued_at)
        try:
            self.documents.put(document_key(number), document)
        except Conflict as error:
            # The number is new, so what lies there is from this very request: its answer was lost, and the SDK asked
            # again. A repeated request gets a letter with another number.
            raise Unavailable from error
        return hashlib.sha256(document).hexdigest()
