"""In-memory fakes: letters."""

from __future__ import annotations

from msgspec.structs import asdict

from allmytracks.documents.fonts import written
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.ports import LetterLinks
from allmytracks.licenses.rules import License
from allmytracks.signing.ports import Signature


class PlainLetterPrinter:
    """Letters as plain text, for tests that do not look at the page; it refuses what the fonts refuse."""

    def print(self, license_: License, signature: Signature, links: LetterLinks) -> bytes:
        written(license_.licensee.name)
        return f"{asdict(license_)}\n{signature.jws}\n{asdict(links)}".encode()

    def print_agreement(self, agreement: MusicAgreement, signature: Signature, links: LetterLinks) -> bytes:
        return f"{asdict(agreement)}\n{signature.jws}\n{asdict(links)}".encode()

    def print_special(self, special: SpecialLicense, signature: Signature, links: LetterLinks) -> bytes:
        return f"{asdict(special)}\n{signature.jws}\n{asdict(links)}".encode()
