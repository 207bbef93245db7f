"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.downloads.wiring import DownloadServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.agreements.wiring import MusicAgreementServices
    from allmytracks.licenses.batches.wiring import LicenseBatchServices
    from allmytracks.licenses.letters.wiring import LetterServices
    from allmytracks.licenses.packs.wiring import ProjectPackServices
    from allmytracks.licenses.ports import Licenses
    from allmytracks.licenses.states.wiring import LicenseStateServices
    from allmytracks.licenses.use_cases.issue_license import IssueLicense
    from allmytracks.licenses.use_cases.list_licenses import ListLicenses
    from allmytracks.licenses.use_cases.show_license import ShowLicense
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.wiring import PaymentServices
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.signing.wiring import SigningServices


class LicenseServices:
    """Licences: issuing and listing; its sub-packages have services of their own."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        documents: DocumentServices,
        signing: SigningServices,
        accounts: AccountServices,
        catalogue: CatalogueServices,
        memberships: MembershipServices,
        payments: PaymentServices,
        enforcement: EnforcementServices,
        downloads: DownloadServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._documents = documents
        self._signing = signing
        self._accounts = accounts
        self._catalogue = catalogue
        self._memberships = memberships
        self._payments = payments
        self._orders = payments.orders
        self._enforcement = enforcement
        self._downloads = downloads

    @cached_property
    def repository(self) -> Licenses:
        from allmytracks.licenses.dynamodb import DynamoLicenses

        return DynamoLicenses(self._foundation.accounts_table)

    @cached_property
    def issue(self) -> IssueLicense:
        from allmytracks.licenses.use_cases.issue_license import IssueLicense

        return IssueLicense(
            downloads=self._downloads.repository,
            accounts=self._accounts.repository,
            restrictions=self._enforcement.standings,
            orders=self._orders.repository,
            tracks=self._catalogue.tracks,
            publications=self._publishing.publications,
            licenses=self.repository,
            print_letter=self.letters.print_letter,
            events=self._foundation.events,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            licensor=self.letters.licensor,
        )

    @cached_property
    def list_licenses(self) -> ListLicenses:
        from allmytracks.licenses.use_cases.list_licenses import ListLicenses

        return ListLicenses(self.repository, self._documents.letters)

    @cached_property
    def show(self) -> ShowLicense:
        from allmytracks.licenses.use_cases.show_license import ShowLicense

        return ShowLicense(
            self.repository,
            self._publishing.publications,
            self._foundation.clock,
            self._foundation.settings.public_url,
        )

    @cached_property
    def letters(self) -> LetterServices:
        from allmytracks.licenses.letters.wiring import LetterServices

        return LetterServices(self._foundation, self._publishing, self._documents, self._signing)

    @cached_property
    def states(self) -> LicenseStateServices:
        from allmytracks.licenses.states.wiring import LicenseStateServices

        return LicenseStateServices(
            self._foundation, self._signing, self._accounts, self.letters, self, self.agreements
        )

    @cached_property
    def agreements(self) -> MusicAgreementServices:
        from allmytracks.licenses.agreements.wiring import MusicAgreementServices

        return MusicAgreementServices(
            self._foundation,
            self._publishing,
            self._documents,
            self._accounts,
            self._memberships,
            self.letters,
            self._catalogue,
            self._payments,
            self._enforcement,
            self,
        )

    @cached_property
    def packs(self) -> ProjectPackServices:
        from allmytracks.licenses.packs.wiring import ProjectPackServices

        return ProjectPackServices(self._foundation, self._documents, self._accounts, self._catalogue, self)

    @cached_property
    def batches(self) -> LicenseBatchServices:
        from allmytracks.licenses.batches.wiring import LicenseBatchServices

        return LicenseBatchServices(
            self._foundation, self._publishing, self._accounts, self._enforcement, self._downloads, self
        )
