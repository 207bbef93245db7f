"""The use cases of licences."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from allmytracks.documents.ports import Documents
    from allmytracks.licenses.letters.use_cases import PrintLetter
    from allmytracks.licenses.ports import LetterPrinter, Licenses
    from allmytracks.licenses.states.ports import StatusLists
    from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList
    from allmytracks.licenses.use_cases.issue_license import IssueLicense
    from allmytracks.licenses.use_cases.list_licenses import ListLicenses
    from allmytracks.signing.kms import KmsLicenseKeys
    from allmytracks.signing.ports import DocumentSealer
    from allmytracks.signing.use_cases import GetJwks
    from allmytracks.verification.use_cases.verify_letter import VerifyLetter
    from allmytracks.verification.use_cases.verify_license import VerifyLicense


class LicenseServices(SharedAdapters):
    """What the functions of licences call."""

    @cached_property
    def licenses(self) -> Licenses:
        from allmytracks.licenses.dynamodb import DynamoLicenses

        return DynamoLicenses(self.accounts_table)

    @cached_property
    def license_keys(self) -> KmsLicenseKeys:
        from allmytracks.signing.kms import KmsLicenseKeys

        # The first signs; more, after commas, are keys of the past that still verify.
        return KmsLicenseKeys(self.settings.license_key_id.split(","))

    @cached_property
    def letter_printer(self) -> LetterPrinter:
        from allmytracks.licenses.letters.pdf import PdfLetterPrinter

        return PdfLetterPrinter()

    @cached_property
    def letter_tools(self) -> tuple[LetterPrinter, type]:
        """What takes long to load of making letters; nobody is asked and no client is made (a snapshot may have it)."""
        from allmytracks.signing.pades import PadesSealer

        return self.letter_printer, PadesSealer

    @cached_property
    def letter_sealer(self) -> DocumentSealer:
        from allmytracks.signing.pades import PadesSealer

        return PadesSealer(self.license_keys, self.settings.timestamp_authority_url)

    @cached_property
    def letter_documents(self) -> Documents:
        from allmytracks.documents.s3 import S3Documents

        return S3Documents(self.settings.letters_bucket)

    @cached_property
    def print_letter(self) -> PrintLetter:
        from allmytracks.licenses.letters.use_cases import PrintLetter

        return PrintLetter(
            signer=self.license_keys,
            printer=self.letter_printer,
            sealer=self.letter_sealer,
            documents=self.letter_documents,
            publications=self.publications,
            public_url=self.settings.public_url,
        )

    @cached_property
    def issue_license(self) -> IssueLicense:
        from allmytracks.licenses.rules import Licensor
        from allmytracks.licenses.use_cases.issue_license import IssueLicense

        return IssueLicense(
            downloads=self.downloads,
            accounts=self.accounts,
            restrictions=self.standings,
            orders=self.orders,
            publications=self.publications,
            licenses=self.licenses,
            print_letter=self.print_letter,
            events=self.events,
            clock=self.clock,
            ids=self.ids,
            licensor=Licensor(self.settings.licensor_name, self.settings.licensor_registration),
        )

    @cached_property
    def list_licenses(self) -> ListLicenses:
        from allmytracks.licenses.use_cases.list_licenses import ListLicenses

        return ListLicenses(self.licenses, self.letter_documents)

    @cached_property
    def verify_license(self) -> VerifyLicense:
        from allmytracks.verification.use_cases.verify_license import VerifyLicense

        return VerifyLicense(self.licenses)

    @cached_property
    def verify_letter(self) -> VerifyLetter:
        from allmytracks.signing.jws import KeySetSignatures
        from allmytracks.verification.sandbox import SandboxedLetterReader
        from allmytracks.verification.use_cases.verify_letter import VerifyLetter

        return VerifyLetter(self.licenses, SandboxedLetterReader(), KeySetSignatures(self.license_keys))

    @cached_property
    def status_lists(self) -> StatusLists:
        from allmytracks.licenses.states.s3 import S3StatusLists

        return S3StatusLists(self.settings.documents_bucket)

    @cached_property
    def publish_status_list(self) -> PublishStatusList:
        from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList

        return PublishStatusList(
            self.licenses, self.license_keys, self.status_lists, self.clock, self.settings.public_url
        )

    @cached_property
    def get_jwks(self) -> GetJwks:
        from allmytracks.signing.use_cases import GetJwks

        return GetJwks(self.license_keys)
