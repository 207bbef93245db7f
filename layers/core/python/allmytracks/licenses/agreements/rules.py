"""The music licence agreement that goes with a membership (U-III.I.5, U-III.II.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, to_builtins

from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.rules_end_users import (
    LONGEST_ADDRESS,
    DesignatedUser,
    Licensee,
    LicenseeKind,
    NamedEndUser,
    masked,
)
from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.rules import AgreedPeriod, DocumentKind, Language, Licensor, PublicLicense
from allmytracks.licenses.rules_terms import PROHIBITIONS, SpecialUse
from allmytracks.memberships.rules_rights import Purpose, Right
from allmytracks.payments.orders.rules_special import NAME, SPECIAL_LICENSE


class MusicAgreementNotFound(NotFound):
    """The order is not an activated one of the caller's for a membership, or its agreement is not made yet."""

    code = "music_agreement_not_found"


class Parties(Struct, frozen=True):
    """The member that an agreement is made with, and whom it names as the end user.

    `named` is None where no end user was named yet: then the agreement names no end user, and the first licence
    binds one (M-III.8.default).
    """

    licensee: Licensee
    designated_user: DesignatedUser | None = None
    named: NamedEndUser | None = None

    @property
    def end_user(self) -> str | None:
        """The end user's name as the agreement spells it."""
        if self.named is None:
            return None
        return self.designated_user.name if self.designated_user else self.licensee.name


def parties_of(account: Account, billing: Billing | None, kind: LicenseeKind) -> Parties:
    """The member by its billing particulars, and the account's end user where that is another.

    Both are bound and jointly liable then (U-III.II.6). Without particulars it is the account's end user, else its
    display name or its address; those two name no end user.
    """
    users = account.end_users
    if billing is None:
        licensee = Licensee(users.bound or account.display_name or account.email, kind)
        return Parties(licensee, named=NamedEndUser(users.bound) if users.bound else None)
    address = ", ".join([*billing.address, billing.country])[:LONGEST_ADDRESS]
    licensee = Licensee(billing.name, kind, address, billing.tax_id)
    if users.bound is None or users.allow(billing.name):
        return Parties(licensee, named=users.naming(billing.name))
    return Parties(licensee, DesignatedUser(users.bound), NamedEndUser(users.bound))


class MusicAgreement(Struct, frozen=True):
    """One agreement, of one activated order; immutable. `amount` in the currency's minor unit.

    `price_list` is the version whose rights continue to apply (M-A.newest). What is None was not stated when it was
    made.

    `supersedes` is the number of the agreement that it replaces, for a clerical mistake in a name (M-III.8.apply).
    `end_user` is the only one who may use the works; None where the first licence still has to name it
    (M-III.8.default).
    """

    number: str
    issued_at: datetime
    account_id: str
    licensor: Licensor
    licensee: Licensee
    plan: str
    plan_name: str
    terms_id: str
    period: AgreedPeriod
    daily_downloads: int
    rights: Mapping[Purpose, Right]
    order_id: str
    amount: int
    currency: str
    catalogue: str = "whole_catalogue"
    audience: str = "unlimited"
    license_period: str = "perpetual_synchronisation"
    territory: str = "worldwide"
    scope: str = "one_project_one_purpose"
    prohibitions: tuple[str, ...] = PROHIBITIONS
    publicity: str = "resulting_works_may_be_shown"
    designated_user: DesignatedUser | None = None
    end_user: str | None = None
    supersedes: str | None = None
    language: Language = Language.ENGLISH
    governing_law: str | None = None
    price_list: str | None = None

    def claims(self) -> dict[str, object]:
        """Everything that the document states, as it is signed."""
        stated: dict[str, object] = to_builtins(self)
        stated["issued_at"] = rfc3339(self.issued_at)
        stated["period"] = {"starts_at": rfc3339(self.period.starts_at), "ends_at": rfc3339(self.period.ends_at)}
        stated["rights"] = {purpose: right.value for purpose, right in self.rights.items()}
        del stated["account_id"]
        return stated


class SignedAgreement(Struct, frozen=True):
    """An agreement, or the letter of a special licence, with its proof: the signed text and the document."""

    agreement: MusicAgreement | SpecialLicense
    jws: str
    key_id: str
    document_sha256: str


def public_view(signed: SignedAgreement) -> PublicLicense:
    """What anyone may know of an agreement: plan and period, or the special use; names masked."""
    of = signed.agreement
    user = of.user if isinstance(of, SpecialLicense) else of.end_user
    return PublicLicense(
        number=of.number,
        issued_at=of.issued_at,
        licensee=masked(of.licensee.name),
        licensee_kind=of.licensee.kind,
        end_user=masked(user) if user else None,
        work=None,
        project=None,
        purpose=None,
        platform=None,
        plan=SPECIAL_LICENSE if isinstance(of, SpecialLicense) else of.plan,
        plan_name=NAME if isinstance(of, SpecialLicense) else of.plan_name,
        document_sha256=signed.document_sha256,
        jws_sha256=hashlib.sha256(signed.jws.encode()).hexdigest(),
        key_id=signed.key_id,
        supersedes=of.supersedes,
        kind=DocumentKind.SPECIAL_LICENSE if isinstance(of, SpecialLicense) else DocumentKind.AGREEMENT,
        period=None if isinstance(of, SpecialLicense) else of.period,
        licensor=of.licensor.name,
        special=special_use(of) if isinstance(of, SpecialLicense) else None,
    )


def special_use(of: SpecialLicense) -> SpecialUse:
    """The public side of a special licence's grant."""
    grant = of.grant
    return SpecialUse(grant.purpose, grant.tracks, len(grant.projects), grant.territory, grant.period, grant.scope)
