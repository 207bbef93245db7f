"""Builds this part's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.third_party.ports import Attempts, SignInProofs, ThirdPartyLogins, ThirdPartyProvider
    from allmytracks.accounts.third_party.use_cases.begin import BeginThirdParty
    from allmytracks.accounts.third_party.use_cases.keep_logins import KeepThirdPartyLogins
    from allmytracks.accounts.third_party.use_cases.redeem_proof import RedeemProof
    from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession, Return, SignInByThirdParty
    from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.wiring import PublishingServices


class ThirdPartyServices:
    """Signing in by an account at another provider."""

    def __init__(
        self, foundation: FoundationServices, publishing: PublishingServices, accounts: AccountServices
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts

    @cached_property
    def provider(self) -> ThirdPartyProvider:
        from allmytracks.accounts.third_party.oidc import Client, OidcProvider
        from allmytracks.foundation.aws.client import SECRETS_MANAGER, aws_client
        from allmytracks.foundation.aws.secrets import CachedSecret

        settings, clock = self._foundation.settings, self._foundation.clock
        client = CachedSecret(aws_client(SECRETS_MANAGER), settings.oidc_secret_id, clock, Client)
        return OidcProvider(settings.oidc_issuer, client, f"{settings.site_url}/signed-in", clock)

    @cached_property
    def attempts(self) -> Attempts:
        from allmytracks.accounts.third_party.dynamodb import DynamoAttempts

        return DynamoAttempts(self._foundation.accounts_table)

    @cached_property
    def links(self) -> ThirdPartyLogins:
        from allmytracks.accounts.third_party.dynamodb import DynamoThirdPartyLogins

        return DynamoThirdPartyLogins(self._foundation.accounts_table)

    @cached_property
    def sign_in_proofs(self) -> SignInProofs:
        from allmytracks.accounts.third_party.dynamodb import DynamoSignInProofs

        return DynamoSignInProofs(self._foundation.accounts_table)

    @cached_property
    def redeem_proof(self) -> RedeemProof:
        from allmytracks.accounts.third_party.use_cases.redeem_proof import RedeemProof

        return RedeemProof(self.sign_in_proofs, self._foundation.clock)

    @cached_property
    def begin(self) -> BeginThirdParty:
        from allmytracks.accounts.third_party.use_cases.begin import BeginThirdParty

        return BeginThirdParty(
            self._accounts.repository,
            self.provider,
            self.attempts,
            self._foundation.clock,
            self._foundation.ids,
        )

    @cached_property
    def returned(self) -> Return:
        from allmytracks.accounts.third_party.use_cases.sign_in import Return

        return Return(self.provider, self.attempts, self._foundation.clock)

    @cached_property
    def open_linked_session(self) -> OpenLinkedSession:
        from allmytracks.accounts.third_party.use_cases.sign_in import OpenLinkedSession

        return OpenLinkedSession(
            identity=self._accounts.identity,
            accounts=self._accounts.repository,
            sessions=self._accounts.sessions,
            proofs=self.sign_in_proofs,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def sign_in(self) -> SignInByThirdParty:
        from allmytracks.accounts.third_party.use_cases.sign_in import SignInByThirdParty

        return SignInByThirdParty(self.returned, self.attempts, self.links, self.open_linked_session)

    @cached_property
    def sign_up(self) -> SignUpByThirdParty:
        from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty

        return SignUpByThirdParty(
            identity=self._accounts.identity,
            accounts=self._accounts.repository,
            addresses=self._accounts.addresses,
            embargoes=self._accounts.embargoes,
            deadlines=self._accounts.deadlines,
            guardian_consents=self._accounts.guardian_consents,
            logins=self.links,
            attempts=self.attempts,
            open_linked=self.open_linked_session,
            publications=self._publishing.publications,
            mailer=self._foundation.mailer,
            throttle=self._foundation.throttle,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def logins(self) -> KeepThirdPartyLogins:
        from allmytracks.accounts.third_party.use_cases.keep_logins import KeepThirdPartyLogins

        return KeepThirdPartyLogins(
            self.returned,
            self._accounts.repository,
            self.links,
            self._foundation.events,
            self._foundation.clock,
        )
