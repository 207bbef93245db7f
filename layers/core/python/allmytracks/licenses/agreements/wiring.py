"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.agreements.ports import MusicAgreements, Quotes, SpecialLinks
    from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement
    from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement
    from allmytracks.licenses.agreements.use_cases.issue_special_license import IssueSpecialLicense
    from allmytracks.licenses.agreements.use_cases.issue_special_link import IssueSpecialLink
    from allmytracks.licenses.agreements.use_cases.keep_quotes import KeepQuotes
    from allmytracks.licenses.agreements.use_cases.review_special_links import ReviewSpecialLinks
    from allmytracks.licenses.letters.wiring import LetterServices
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.wiring import PaymentServices
    from allmytracks.publishing.wiring import PublishingServices


class MusicAgreementServices:
    """Music licence agreements and special licences."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        documents: DocumentServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        letters: LetterServices,
        catalogue: CatalogueServices,
        payments: PaymentServices,
        enforcement: EnforcementServices,
        licenses: LicenseServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._documents = documents
        self._accounts = accounts
        self._memberships = memberships
        self._orders = payments.orders
        self._letters = letters
        self._catalogue = catalogue
        self._payments = payments
        self._enforcement = enforcement
        self._licenses = licenses

    @cached_property
    def repository(self) -> MusicAgreements:
        from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements

        return DynamoMusicAgreements(self._foundation.accounts_table)

    @cached_property
    def issue(self) -> IssueMusicAgreement:
        from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement

        return IssueMusicAgreement(
            orders=self._orders.repository,
            memberships=self._memberships.repository,
            accounts=self._accounts.repository,
            billing=self._accounts.billing,
            publications=self._publishing.publications,
            agreements=self.repository,
            print_letter=self._letters.print_letter,
            events=self._foundation.events,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            licensor=self._letters.licensor,
        )

    @cached_property
    def get(self) -> GetMusicAgreement:
        from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement

        return GetMusicAgreement(
            self.repository, self._documents.letters, self._orders.repository, self._foundation.events
        )

    @cached_property
    def quotes(self) -> Quotes:
        from allmytracks.licenses.agreements.dynamodb_quotes import DynamoQuotes

        return DynamoQuotes(self._foundation.accounts_table)

    @cached_property
    def keep_quotes(self) -> KeepQuotes:
        from allmytracks.licenses.agreements.use_cases.keep_quotes import KeepQuotes

        return KeepQuotes(
            quotes=self.quotes,
            orders=self._orders.repository,
            owners=self._orders.owners,
            accounts=self._accounts.repository,
            billing=self._accounts.billing,
            tracks=self._catalogue.tracks,
            publications=self._publishing.fresh_publications,
            decline=self._payments.ledger.decline_order,
            events=self._foundation.events,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
        )

    @cached_property
    def issue_special(self) -> IssueSpecialLicense:
        from allmytracks.licenses.agreements.use_cases.issue_special_license import IssueSpecialLicense

        return IssueSpecialLicense(
            orders=self._orders.repository,
            quotes=self.quotes,
            agreements=self.repository,
            licenses=self._licenses.repository,
            print_letter=self._letters.print_letter,
            events=self._foundation.events,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            licensor=self._letters.licensor,
        )

    @cached_property
    def special_links(self) -> SpecialLinks:
        from allmytracks.licenses.agreements.dynamodb_special_links import DynamoSpecialLinks

        return DynamoSpecialLinks(self._foundation.accounts_table)

    @cached_property
    def issue_special_link(self) -> IssueSpecialLink:
        from allmytracks.licenses.agreements.use_cases.issue_special_link import IssueSpecialLink

        return IssueSpecialLink(
            accounts=self._accounts.repository,
            restrictions=self._enforcement.standings,
            orders=self._orders.repository,
            agreements=self.repository,
            licenses=self._licenses.repository,
            tracks=self._catalogue.tracks,
            issued=self.special_links,
            cases=self._enforcement.cases,
            publications=self._publishing.publications,
            links=self._catalogue.links,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def review_special_links(self) -> ReviewSpecialLinks:
        from allmytracks.licenses.agreements.use_cases.review_special_links import ReviewSpecialLinks

        return ReviewSpecialLinks(self._orders.owners, self.quotes, self.special_links, self._foundation.audit)
