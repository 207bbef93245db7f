"""The use cases of accounts, sessions and publications."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from allmytracks.accounts.ports import Addresses, GuardianConsents, IdentityProvider
    from allmytracks.accounts.use_cases.ask_guardian import AskGuardian
    from allmytracks.accounts.use_cases.consent_as_guardian import ConsentAsGuardian
    from allmytracks.accounts.use_cases.list_agreements import ListAgreements
    from allmytracks.accounts.use_cases.refresh_session import RefreshSession
    from allmytracks.accounts.use_cases.sign_in import SignIn
    from allmytracks.accounts.use_cases.sign_up import SignUp
    from allmytracks.accounts.use_cases.verify_account import VerifyAccount
    from allmytracks.memberships.use_cases.list_plans import ListPlans


class AccountServices(SharedAdapters):
    """What the functions of accounts, sessions and publications call."""

    @cached_property
    def identity(self) -> IdentityProvider:
        from allmytracks.accounts.cognito import CognitoIdentity

        return CognitoIdentity(self.settings.user_pool_id, self.settings.user_pool_client_id, self.clock)

    @cached_property
    def addresses(self) -> Addresses:
        from allmytracks.accounts.dynamodb_addresses import DynamoAddresses

        return DynamoAddresses(self.accounts_table)

    @cached_property
    def guardian_consents(self) -> GuardianConsents:
        from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents

        return DynamoGuardianConsents(self.accounts_table)

    @cached_property
    def sign_up(self) -> SignUp:
        from allmytracks.accounts.use_cases.sign_up import SignUp

        return SignUp(
            identity=self.identity,
            accounts=self.accounts,
            addresses=self.addresses,
            guardian_consents=self.guardian_consents,
            publications=self.publications,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=self.ids,
            site_url=self.settings.site_url,
        )

    @cached_property
    def verify_account(self) -> VerifyAccount:
        from allmytracks.accounts.use_cases.verify_account import VerifyAccount

        return VerifyAccount(self.identity, self.accounts, self.addresses, self.throttle, self.clock)

    @cached_property
    def ask_guardian(self) -> AskGuardian:
        from allmytracks.accounts.use_cases.ask_guardian import AskGuardian

        return AskGuardian(
            accounts=self.accounts,
            guardian_consents=self.guardian_consents,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=self.ids,
            site_url=self.settings.site_url,
        )

    @cached_property
    def consent_as_guardian(self) -> ConsentAsGuardian:
        from allmytracks.accounts.use_cases.consent_as_guardian import ConsentAsGuardian

        return ConsentAsGuardian(self.guardian_consents, self.accounts, self.addresses, self.clock)

    @cached_property
    def sign_in(self) -> SignIn:
        from allmytracks.accounts.use_cases.sign_in import SignIn

        return SignIn(self.identity, self.accounts, self.addresses, self.throttle, self.clock)

    @cached_property
    def refresh_session(self) -> RefreshSession:
        from allmytracks.accounts.use_cases.refresh_session import RefreshSession

        return RefreshSession(self.identity, self.accounts)

    @cached_property
    def list_agreements(self) -> ListAgreements:
        from allmytracks.accounts.use_cases.list_agreements import ListAgreements

        return ListAgreements(self.publications, self.clock)

    @cached_property
    def list_plans(self) -> ListPlans:
        from allmytracks.memberships.use_cases.list_plans import ListPlans

        return ListPlans(self.publications, self.clock)
