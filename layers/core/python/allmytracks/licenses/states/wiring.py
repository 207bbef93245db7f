"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.agreements.wiring import MusicAgreementServices
    from allmytracks.licenses.letters.wiring import LetterServices
    from allmytracks.licenses.states.ports import Corrections, StatusLists
    from allmytracks.licenses.states.use_cases.look_up_license import LookUpLicense
    from allmytracks.licenses.states.use_cases.propose_correction import ApproveCorrection, ProposeCorrection
    from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList
    from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses
    from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.signing.wiring import SigningServices


class LicenseStateServices:
    """Issued licences: revocation, correction, status lists."""

    def __init__(
        self,
        foundation: FoundationServices,
        signing: SigningServices,
        accounts: AccountServices,
        letters: LetterServices,
        licenses: LicenseServices,
        agreements: MusicAgreementServices,
    ) -> None:
        self._foundation = foundation
        self._signing = signing
        self._accounts = accounts
        self._letters = letters
        self._licenses = licenses
        self._agreements = agreements

    @cached_property
    def look_up(self) -> LookUpLicense:
        from allmytracks.licenses.states.use_cases.look_up_license import LookUpLicense

        return LookUpLicense(self._licenses.repository, self._accounts.repository, self._foundation.audit)

    @cached_property
    def revoke(self) -> RevokeLicenses:
        from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses

        return RevokeLicenses(
            self._licenses.repository,
            self._accounts.repository,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )

    @cached_property
    def supersede(self) -> SupersedeLicense:
        from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments
        from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense

        return SupersedeLicense(
            licenses=self._licenses.repository,
            documents=NamedDocuments(
                self._licenses.repository, self._agreements.repository, self._letters.print_letter
            ),
            accounts=self._accounts.repository,
            events=self._foundation.events,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def corrections(self) -> Corrections:
        from allmytracks.licenses.states.dynamodb_corrections import DynamoCorrections

        return DynamoCorrections(self._foundation.accounts_table)

    @cached_property
    def propose_correction(self) -> ProposeCorrection:
        from allmytracks.licenses.states.use_cases.propose_correction import ProposeCorrection

        return ProposeCorrection(self.supersede, self.corrections, self._foundation.audit, self._foundation.clock)

    @cached_property
    def approve_correction(self) -> ApproveCorrection:
        from allmytracks.licenses.states.use_cases.propose_correction import ApproveCorrection

        return ApproveCorrection(
            self._licenses.repository, self.supersede, self.corrections, self._foundation.audit, self._foundation.clock
        )

    @cached_property
    def status_lists(self) -> StatusLists:
        from allmytracks.licenses.states.s3 import S3StatusLists

        return S3StatusLists(self._foundation.settings.documents_bucket)

    @cached_property
    def publish_status_list(self) -> PublishStatusList:
        from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList

        return PublishStatusList(
            self._licenses.repository,
            self._signing.keys,
            self.status_lists,
            self._foundation.clock,
            self._foundation.settings.public_url,
        )
