"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses.

Longer than 300 lines, as each of over thirty adapters and use cases is one property of the same class.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents, IdentityProvider
    from allmytracks.accounts.ports_billing import BillingParticulars
    from allmytracks.accounts.ports_closing import ReceiptNumbers
    from allmytracks.accounts.ports_consents import ConsentDecisions
    from allmytracks.accounts.ports_deadlines import Deadlines
    from allmytracks.accounts.ports_embargoes import Embargoes
    from allmytracks.accounts.ports_sessions import EmailedCodes, Sessions
    from allmytracks.accounts.ports_tokens import MemberTokens
    from allmytracks.accounts.third_party.wiring import ThirdPartyServices
    from allmytracks.accounts.use_cases.ask_guardian import AskGuardian
    from allmytracks.accounts.use_cases.authorise_user import AuthoriseUser
    from allmytracks.accounts.use_cases.change_particulars import ChangeParticulars
    from allmytracks.accounts.use_cases.change_password import ChangePassword
    from allmytracks.accounts.use_cases.end_sessions import EndSessions
    from allmytracks.accounts.use_cases.keep_billing import KeepBilling
    from allmytracks.accounts.use_cases.keep_consents import KeepConsents
    from allmytracks.accounts.use_cases.list_agreements import ListAgreements
    from allmytracks.accounts.use_cases.list_sessions import ListSessions
    from allmytracks.accounts.use_cases.mark_publicity import MarkPublicity
    from allmytracks.accounts.use_cases.prove_risky_sign_in import ProveRiskySignIn
    from allmytracks.accounts.use_cases.record_acceptances import RecordAcceptances
    from allmytracks.accounts.use_cases.refresh_session import RefreshSession
    from allmytracks.accounts.use_cases.reset_password import AskPasswordReset, ResetPassword
    from allmytracks.accounts.use_cases.send_code_again import SendCodeAgain
    from allmytracks.accounts.use_cases.sign_in import SignIn
    from allmytracks.accounts.use_cases.sign_up import SignUp
    from allmytracks.accounts.use_cases.verify_account import VerifyAccount
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.wiring import PublishingServices


class AccountServices:
    """Accounts, sessions, guardians, agreements, particulars for invoices."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        withdrawn: Mapping[str, Callable[[str], None]],
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._withdrawn = withdrawn

    @cached_property
    def identity(self) -> IdentityProvider:
        from allmytracks.accounts.cognito import CognitoIdentity
        from allmytracks.accounts.observability import report_unknown_refusal

        return CognitoIdentity(
            self._foundation.settings.user_pool_id,
            self._foundation.settings.user_pool_client_id,
            self._foundation.clock,
            report_unknown_refusal,
        )

    @cached_property
    def addresses(self) -> Addresses:
        from allmytracks.accounts.dynamodb_addresses import DynamoAddresses

        return DynamoAddresses(self._foundation.accounts_table)

    @cached_property
    def address_key(self) -> Callable[[], str]:
        from allmytracks.accounts.secrets_manager import AddressKey
        from allmytracks.foundation.aws.client import SECRETS_MANAGER, aws_client

        return AddressKey(aws_client(SECRETS_MANAGER), self._foundation.settings.address_secret_id)

    @cached_property
    def embargoes(self) -> Embargoes:
        from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes

        return DynamoEmbargoes(self._foundation.accounts_table, self.address_key)

    @cached_property
    def receipt_numbers(self) -> ReceiptNumbers:
        from allmytracks.accounts.dynamodb_receipt_numbers import DynamoReceiptNumbers

        of = self._foundation
        return DynamoReceiptNumbers(of.accounts_table, of.ids, of.clock)

    @cached_property
    def guardian_consents(self) -> GuardianConsents:
        from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents

        return DynamoGuardianConsents(self._foundation.accounts_table)

    @cached_property
    def sign_up(self) -> SignUp:
        from allmytracks.accounts.use_cases.sign_up import SignUp

        return SignUp(
            identity=self.identity,
            accounts=self.repository,
            addresses=self.addresses,
            embargoes=self.embargoes,
            guardian_consents=self.guardian_consents,
            publications=self._publishing.publications,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def verify(self) -> VerifyAccount:
        from allmytracks.accounts.use_cases.verify_account import VerifyAccount

        return VerifyAccount(
            identity=self.identity,
            accounts=self.repository,
            addresses=self.addresses,
            embargoes=self.embargoes,
            deadlines=self.deadlines,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
        )

    @cached_property
    def ask_guardian(self) -> AskGuardian:
        from allmytracks.accounts.use_cases.ask_guardian import AskGuardian

        return AskGuardian(
            accounts=self.repository,
            guardian_consents=self.guardian_consents,
            deadlines=self.deadlines,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def deadlines(self) -> Deadlines:
        from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines

        return DynamoDeadlines(self._foundation.accounts_table)

    @cached_property
    def sign_in(self) -> SignIn:
        from allmytracks.accounts.use_cases.sign_in import SignIn

        return SignIn(
            identity=self.identity,
            accounts=self.repository,
            addresses=self.addresses,
            sessions=self.sessions,
            prove_risky=self.prove_risky_sign_in,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
        )

    @cached_property
    def prove_risky_sign_in(self) -> ProveRiskySignIn:
        from allmytracks.accounts.use_cases.prove_risky_sign_in import ProveRiskySignIn

        base = self._foundation
        return ProveRiskySignIn(self.sessions, self.codes, base.mailer, base.throttle, base.clock, base.ids)

    @cached_property
    def third_party(self) -> ThirdPartyServices:
        from allmytracks.accounts.third_party.wiring import ThirdPartyServices

        return ThirdPartyServices(self._foundation, self._publishing, self)

    @cached_property
    def refresh_session(self) -> RefreshSession:
        from allmytracks.accounts.use_cases.refresh_session import RefreshSession

        return RefreshSession(self.identity, self.repository, self.sessions, self._foundation.clock)

    @cached_property
    def sessions(self) -> Sessions:
        from allmytracks.accounts.dynamodb_sessions import DynamoSessions

        return DynamoSessions(self._foundation.accounts_table)

    @cached_property
    def codes(self) -> EmailedCodes:
        from allmytracks.accounts.dynamodb_codes import DynamoEmailedCodes

        return DynamoEmailedCodes(self._foundation.accounts_table)

    @cached_property
    def end_sessions(self) -> EndSessions:
        from allmytracks.accounts.use_cases.end_sessions import EndSessions

        return EndSessions(self.identity, self.sessions, self._foundation.clock)

    @cached_property
    def list_sessions(self) -> ListSessions:
        from allmytracks.accounts.use_cases.list_sessions import ListSessions

        return ListSessions(self.repository, self.sessions, self._foundation.clock)

    @cached_property
    def ask_password_reset(self) -> AskPasswordReset:
        from allmytracks.accounts.use_cases.reset_password import AskPasswordReset

        return AskPasswordReset(
            addresses=self.addresses,
            codes=self.codes,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def reset_password(self) -> ResetPassword:
        from allmytracks.accounts.use_cases.reset_password import ResetPassword

        return ResetPassword(
            identity=self.identity,
            addresses=self.addresses,
            sessions=self.sessions,
            codes=self.codes,
            events=self._foundation.events,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
        )

    @cached_property
    def change_password(self) -> ChangePassword:
        from allmytracks.accounts.use_cases.change_password import ChangePassword

        return ChangePassword(
            identity=self.identity,
            accounts=self.repository,
            sessions=self.sessions,
            events=self._foundation.events,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
        )

    @cached_property
    def change_particulars(self) -> ChangeParticulars:
        from allmytracks.accounts.use_cases.change_particulars import ChangeParticulars

        return ChangeParticulars(self.repository, self._publishing.publications, self._foundation.clock)

    @cached_property
    def send_code_again(self) -> SendCodeAgain:
        from allmytracks.accounts.use_cases.send_code_again import SendCodeAgain

        return SendCodeAgain(
            addresses=self.addresses,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def list_agreements(self) -> ListAgreements:
        from allmytracks.accounts.use_cases.list_agreements import ListAgreements

        return ListAgreements(self._publishing.publications, self._foundation.clock)

    @cached_property
    def repository(self) -> Accounts:
        from allmytracks.accounts.dynamodb import DynamoAccounts

        return DynamoAccounts(self._foundation.accounts_table)

    @cached_property
    def mark_publicity(self) -> MarkPublicity:
        from allmytracks.accounts.use_cases.mark_publicity import MarkPublicity

        return MarkPublicity(self.repository, self._foundation.audit)

    @cached_property
    def authorise_user(self) -> AuthoriseUser:
        from allmytracks.accounts.use_cases.authorise_user import AuthoriseUser

        return AuthoriseUser(self.repository, self._foundation.audit, self._foundation.clock)

    @cached_property
    def billing(self) -> BillingParticulars:
        from allmytracks.accounts.dynamodb_billing import DynamoBillingParticulars

        return DynamoBillingParticulars(self._foundation.accounts_table)

    @cached_property
    def keep_billing(self) -> KeepBilling:
        from allmytracks.accounts.use_cases.keep_billing import KeepBilling

        return KeepBilling(self.billing, self.repository)

    @cached_property
    def consents(self) -> ConsentDecisions:
        from allmytracks.accounts.dynamodb_consents import DynamoConsentDecisions

        return DynamoConsentDecisions(self._foundation.accounts_table)

    @cached_property
    def member_tokens(self) -> MemberTokens:
        from allmytracks.accounts.cognito_tokens import CognitoTokens
        from allmytracks.foundation.aws.environment import aws_environment

        settings, environment = self._foundation.settings, aws_environment()
        host = f"https://cognito-idp.{environment.region}.amazonaws.com"
        keys_at = f"{environment.endpoint('cognito_identity_provider') or host}/{settings.user_pool_id}"
        return CognitoTokens(
            f"{host}/{settings.user_pool_id}",
            settings.user_pool_client_id,
            f"{keys_at}/.well-known/jwks.json",
            self._foundation.clock,
        )

    @cached_property
    def keep_consents(self) -> KeepConsents:
        from allmytracks.accounts.use_cases.keep_consents import KeepConsents

        return KeepConsents(
            self.repository,
            self.consents,
            self._publishing.publications,
            self._foundation.clock,
            self._withdrawn,
        )

    @cached_property
    def record_acceptances(self) -> RecordAcceptances:
        from allmytracks.accounts.use_cases.record_acceptances import RecordAcceptances

        return RecordAcceptances(self.repository, self._publishing.publications, self._foundation.clock)
