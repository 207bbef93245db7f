"""The use cases of music licence agreements."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.licenses import LicenseServices
from allmytracks.bootstrap.payments import PaymentServices

if TYPE_CHECKING:
    from allmytracks.licenses.agreements.ports import MusicAgreements
    from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement
    from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement


class MusicAgreementServices(PaymentServices, LicenseServices):
    """What the functions of music licence agreements call."""

    @cached_property
    def music_agreements(self) -> MusicAgreements:
        from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements

        return DynamoMusicAgreements(self.accounts_table)

    @cached_property
    def issue_music_agreement(self) -> IssueMusicAgreement:
        from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement
        from allmytracks.licenses.rules import Licensor

        return IssueMusicAgreement(
            orders=self.orders,
            memberships=self.memberships,
            accounts=self.accounts,
            billing=self.billing_particulars,
            publications=self.publications,
            agreements=self.music_agreements,
            print_letter=self.print_letter,
            events=self.events,
            clock=self.clock,
            ids=self.ids,
            licensor=Licensor(self.settings.licensor_name, self.settings.licensor_registration),
        )

    @cached_property
    def get_music_agreement(self) -> GetMusicAgreement:
        from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement

        return GetMusicAgreement(self.music_agreements, self.letter_documents)
