"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.agreements.ports import MusicAgreements
    from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement
    from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement
    from allmytracks.licenses.letters.wiring import LetterServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.publishing.wiring import PublishingServices


class MusicAgreementServices:
    """Music licence agreements."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        documents: DocumentServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        orders: OrderServices,
        letters: LetterServices,
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._documents = documents
        self._accounts = accounts
        self._memberships = memberships
        self._orders = orders
        self._letters = letters

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

        return GetMusicAgreement(self.repository, self._documents.letters)
