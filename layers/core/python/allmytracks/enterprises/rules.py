"""The company that an account acts for, and what its member declared of it (U-II.III.1.4, U-II.III.1.4.consent)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules_agreements import Accepted, Agreements, require_current
from allmytracks.accounts.rules_billing import named_party

# To which an enterprise consents in writing.
AGREEMENTS = ("user-agreement", "privacy-policy", "premium-agreement")


class Company(Struct, frozen=True):
    """An enterprise: its name, address (a line each), country (ISO 3166) and number in its register of companies."""

    name: str
    address: tuple[str, ...]
    country: str
    registration_number: str | None = None

    @property
    def digest(self) -> str:
        """Tells companies apart in keys."""
        return hashlib.sha256(self.name.casefold().encode()).hexdigest()[:16]


class EnterpriseConsent(Struct, frozen=True):
    """The member's declaration that the enterprise consented in writing to this version of an agreement."""

    company: Company
    agreement: str
    version: str
    declared_at: datetime
    source_ip: str


class DeclarationStatus(StrEnum):
    """Of the versions in force: `given` of all of them, `outdated` of earlier ones, `missing` of none or not of all."""

    MISSING = "missing"
    OUTDATED = "outdated"
    GIVEN = "given"


def company_of(name: str, address: Sequence[str], country: str, registration_number: str | None) -> Company:
    """The particulars in their stored form. Raises InvalidFields naming every invalid field."""
    return Company(*named_party(name, address, country, ("registration_number", registration_number)))


def consents_of(
    company: Company, consented: Sequence[Accepted], agreements: Agreements, now: datetime, source_ip: str
) -> tuple[EnterpriseConsent, ...]:
    """The evidence of a declaration. Raises InvalidFields where it is not of all agreements as they are in force."""
    accepted = require_current(consented, agreements, AGREEMENTS, now, source_ip, "consented")
    return tuple(EnterpriseConsent(company, each.agreement, each.version, now, source_ip) for each in accepted)


def declaration_of(
    company: Company | None, declared: Sequence[EnterpriseConsent], agreements: Agreements, now: datetime
) -> tuple[DeclarationStatus, tuple[EnterpriseConsent, ...]]:
    """What is on record of an enterprise now: the last declaration of each agreement, and what that makes."""
    if company is None:
        return DeclarationStatus.MISSING, ()
    last: dict[str, EnterpriseConsent] = {}
    for each in sorted(declared, key=lambda consent: consent.declared_at):
        if each.company.digest == company.digest:
            last[each.agreement] = each
    found = tuple(last[agreement] for agreement in AGREEMENTS if agreement in last)
    if len(found) < len(AGREEMENTS):
        return DeclarationStatus.MISSING, found
    current = all(each.version == agreements.current(each.agreement, now).version for each in found)
    return DeclarationStatus.GIVEN if current else DeclarationStatus.OUTDATED, found
