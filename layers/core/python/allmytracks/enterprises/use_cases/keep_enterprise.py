"""A member gives the particulars of the enterprise, and declares that it consented to the agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.enterprises.ports import Enterprises
from allmytracks.enterprises.rules import (
    Company,
    DeclarationStatus,
    EnterpriseConsent,
    consents_of,
    declaration_of,
)
from allmytracks.enterprises.rules_authority import LetterOfAuthority
from allmytracks.enterprises.use_cases.send_letter import CheckLetter
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications


class Enterprise(Struct, frozen=True):
    """What is on record of the enterprise of an account."""

    company: Company | None
    declaration: DeclarationStatus
    consents: tuple[EnterpriseConsent, ...]
    letter: LetterOfAuthority | None


@dataclass(frozen=True)
class KeepEnterprise:
    """The account's own enterprise (U-II.III.1.4.consent). Raises AccountNotFound, what require_status raises."""

    enterprises: Enterprises
    accounts: Accounts
    publications: Publications
    check: CheckLetter
    clock: Clock

    def get(self, account_id: str) -> Enterprise:
        """All that is on record; a letter that arrived since is checked first."""
        company = self.enterprises.company(account_id)
        status, consents = declaration_of(
            company, self.enterprises.declared(account_id), published_agreements(self.publications), self.clock.now()
        )
        letter = self.enterprises.letter(account_id)
        return Enterprise(company, status, consents, self.check(letter) if letter else None)

    def put(
        self, account_id: str, company: Company, consented: Sequence[Accepted] | None, source_ip: str
    ) -> Enterprise:
        """Stores the company, and what it consented to, once for each version. Raises InvalidFields."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        consents: Sequence[EnterpriseConsent] = ()
        if consented is not None:
            published = published_agreements(self.publications)
            consents = consents_of(company, consented, published, self.clock.now(), source_ip)
        self.enterprises.put_company(account_id, company)
        self.enterprises.declare(account_id, consents)
        return self.get(account_id)
