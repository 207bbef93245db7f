"""The use cases of what becomes of licences after their issue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.music_agreements import MusicAgreementServices
from allmytracks.bootstrap.operations import OperationServices
from allmytracks.bootstrap.register import RegisterServices

if TYPE_CHECKING:
    from allmytracks.accounts.use_cases.authorise_user import AuthoriseUser
    from allmytracks.damages.ports import DamagesBook
    from allmytracks.damages.use_cases import RecordDamages
    from allmytracks.licenses.states.ports import Corrections
    from allmytracks.licenses.states.use_cases.look_up_license import LookUpLicense
    from allmytracks.licenses.states.use_cases.propose_correction import ApproveCorrection, ProposeCorrection
    from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses
    from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense
    from allmytracks.notices.use_cases.notify_of_license import NotifyOfLicense
    from allmytracks.register.use_cases.enter_license import EnterLicense


class LicenseOperationServices(OperationServices, RegisterServices, MusicAgreementServices):
    """What the operators' API calls for licences, and the notices about them."""

    @cached_property
    def look_up_license(self) -> LookUpLicense:
        from allmytracks.licenses.states.use_cases.look_up_license import LookUpLicense

        return LookUpLicense(self.licenses, self.accounts, self.audit)

    @cached_property
    def revoke_licenses(self) -> RevokeLicenses:
        from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses

        return RevokeLicenses(self.licenses, self.accounts, self.events, self.audit, self.clock)

    @cached_property
    def notify_of_license(self) -> NotifyOfLicense:
        from allmytracks.notices.use_cases.notify_of_license import NotifyOfLicense

        return NotifyOfLicense(self.accounts, self.notices, self.mailer, self.clock, self.settings.site_url)

    @cached_property
    def supersede_license(self) -> SupersedeLicense:
        from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments
        from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense

        return SupersedeLicense(
            licenses=self.licenses,
            documents=NamedDocuments(self.licenses, self.music_agreements, self.print_letter),
            accounts=self.accounts,
            events=self.events,
            audit=self.audit,
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def corrections(self) -> Corrections:
        from allmytracks.licenses.states.dynamodb_corrections import DynamoCorrections

        return DynamoCorrections(self.accounts_table)

    @cached_property
    def propose_correction(self) -> ProposeCorrection:
        from allmytracks.licenses.states.use_cases.propose_correction import ProposeCorrection

        return ProposeCorrection(self.supersede_license, self.corrections, self.audit, self.clock)

    @cached_property
    def approve_correction(self) -> ApproveCorrection:
        from allmytracks.licenses.states.use_cases.propose_correction import ApproveCorrection

        return ApproveCorrection(self.licenses, self.supersede_license, self.corrections, self.audit, self.clock)

    @cached_property
    def authorise_user(self) -> AuthoriseUser:
        from allmytracks.accounts.use_cases.authorise_user import AuthoriseUser

        return AuthoriseUser(self.accounts, self.audit, self.clock)

    @cached_property
    def damages_book(self) -> DamagesBook:
        from allmytracks.damages.dynamodb import DynamoDamagesBook

        return DynamoDamagesBook(self.accounts_table)

    @cached_property
    def record_damages(self) -> RecordDamages:
        from allmytracks.damages.use_cases import RecordDamages

        return RecordDamages(
            self.damages_book, self.accounts, self.licenses, self.tracks, self.events, self.audit, self.clock
        )

    @cached_property
    def enter_license(self) -> EnterLicense:
        from allmytracks.register.use_cases.enter_license import EnterLicense

        return EnterLicense(self.licenses, self.register_entries, self.audit)
