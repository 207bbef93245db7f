"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.letters.use_cases import PrintLetter
    from allmytracks.licenses.ports import LetterPrinter
    from allmytracks.licenses.rules import Licensor
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.signing.wiring import SigningServices


class LetterServices:
    """The making of letters."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        documents: DocumentServices,
        signing: SigningServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._documents = documents
        self._signing = signing

    @cached_property
    def licensor(self) -> Licensor:
        from allmytracks.licenses.rules import Licensor

        settings = self._foundation.settings
        return Licensor(
            settings.licensor_name,
            settings.licensor_registration,
            settings.seller_address,
            settings.licensor_contact,
            settings.licensor_signatory,
        )

    @cached_property
    def printer(self) -> LetterPrinter:
        from allmytracks.licenses.letters.pdf import PdfLetterPrinter

        return PdfLetterPrinter()

    @cached_property
    def print_letter(self) -> PrintLetter:
        from allmytracks.licenses.letters.use_cases import PrintLetter

        return PrintLetter(
            signer=self._signing.keys,
            printer=self.printer,
            sealer=self._signing.sealer,
            documents=self._documents.letters,
            publications=self._publishing.publications,
            public_url=self._foundation.settings.public_url,
        )
