"""Bodies of the routes of special licences: an operator's quote, its terms, and its letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import asdict

from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.agreements.rules_special import (
    Grant,
    SpecialLicense,
    SpecialLicenseNotFound,
    SpecialTerms,
)
from allmytracks.licenses.agreements.use_cases.keep_quotes import Quote, QuoteRequest
from allmytracks.licenses.rules import Language
from allmytracks.licenses.rules_terms import PROHIBITIONS, LicensedTrack
from allmytracks.licenses.schemas import DesignatedUserForm, LicenseeForm
from allmytracks.payments.orders.rules import Order


class SpecialTermsForm(msgspec.Struct, forbid_unknown_fields=True):
    """The terms of a special licence, as an operator's file gives them: its letter states exactly these.

    `purpose`, `scope`, `territory`, `period` and `conditions` are words for people; `projects` are one or a bundle,
    `further_users` those who may use the works beside the licensee, or the designated user. `prohibited` leaves out
    what this licence permits; without it, everything is prohibited that every licence prohibits.
    """

    licensee: LicenseeForm
    purpose: str
    tracks: list[str]
    projects: list[str]
    territory: str
    period: str
    scope: str
    designated_user: DesignatedUserForm | None = None
    further_users: list[str] = []
    conditions: list[str] = []
    prohibited: list[str] = msgspec.field(default_factory=lambda: list(PROHIBITIONS))
    language: Language = Language.ENGLISH
    needs_membership: bool = False

    def terms(self) -> SpecialTerms:
        """The terms, not checked yet."""
        user = self.designated_user
        return SpecialTerms(
            Licensee(self.licensee.name, self.licensee.kind, self.licensee.address, self.licensee.tax_id),
            Grant(
                self.purpose,
                tuple(LicensedTrack(each, "", "") for each in self.tracks),
                tuple(self.projects),
                self.territory,
                self.period,
                self.scope,
                tuple(self.further_users),
                tuple(self.conditions),
                tuple(self.prohibited),
            ),
            DesignatedUser(user.name, user.address) if user else None,
            self.language,
            self.needs_membership,
        )


class QuoteForm(msgspec.Struct):
    """A quote; `amount` in the currency's minor unit."""

    terms: SpecialTermsForm
    amount: Annotated[int, msgspec.Meta(ge=1)]
    currency: Annotated[
        str, msgspec.Meta(pattern="^[A-Za-z]{3}$", description="the three letters of a currency, as in USD")
    ]
    valid_until: Annotated[datetime, msgspec.Meta(tz=True)]

    def request(self, account_id: str) -> QuoteRequest:
        """The quote for one account."""
        return QuoteRequest(account_id, self.terms.terms(), self.amount, self.currency.upper(), self.valid_until)


class QuotedTrackAnswer(msgspec.Struct):
    """A licensed track."""

    track_id: str
    title: str
    artist: str


class SpecialTermsAnswer(msgspec.Struct):
    """All terms of a special licence. `terms_sha256` goes with the confirmation of its order.

    `prohibited` are codes: `sublicensing`, `delegation`, `enforcement`, `source_file_resale`,
    `source_file_publication`, `unlawful_occasions`.
    """

    order_id: str
    terms_sha256: str
    licensee: LicenseeForm
    designated_user: DesignatedUserForm | None
    further_users: list[str]
    purpose: str
    tracks: list[QuotedTrackAnswer]
    projects: list[str]
    territory: str
    period: str
    scope: str
    conditions: list[str]
    prohibited: list[str]
    language: str
    needs_membership: bool


class SpecialLinkForm(msgspec.Struct):
    """Which licensed track, and as which file: `wav` or `mp3`."""

    track_id: str
    rendition: str


class SpecialLicenseAnswer(msgspec.Struct):
    """The letter of a special licence; its number is verified as a licence's is, and the jws proves it offline."""

    number: str
    issued_at: str
    order_id: str
    terms_sha256: str
    licensee: LicenseeForm
    designated_user: DesignatedUserForm | None
    supersedes: str | None
    revoked_at: str | None
    document_url: str
    document_sha256: str
    jws: str


class QuoteAnswer(msgspec.Struct):
    """A quote as operators see it."""

    order_id: str
    account_id: str
    status: str
    amount: int
    currency: str
    quoted_at: str
    valid_until: str
    terms: SpecialTermsAnswer | None


class QuotesAnswer(msgspec.Struct):
    """An account's quotes, newest first, without their terms."""

    items: list[QuoteAnswer]


class SpecialFileLinkAnswer(msgspec.Struct):
    """When a link to the file of a track was given, and to which address and device."""

    track_id: str
    link_id: str
    issued_at: str
    source_ip: str
    user_agent: str


class SpecialFileLinksAnswer(msgspec.Struct):
    """Every link of a special licence, by track, oldest first; none of them is shown again."""

    items: list[SpecialFileLinkAnswer]


def special_links_answer(found: Sequence[tuple[str, IssuedLink]]) -> SpecialFileLinksAnswer:
    """The record of a special licence's links, as operators see it."""
    return SpecialFileLinksAnswer(
        [
            SpecialFileLinkAnswer(track_id, link.id, rfc3339(link.issued_at), link.source_ip, link.user_agent)
            for track_id, link in found
        ]
    )


def terms_answer(order: Order, terms: SpecialTerms) -> SpecialTermsAnswer:
    """The terms of a quote; the hash is that of the order, as it was when it was quoted."""
    grant, of, user = terms.grant, terms.licensee, terms.designated_user
    return SpecialTermsAnswer(
        order_id=order.id,
        terms_sha256=order.special.terms_sha256 if order.special else terms.sha256,
        licensee=LicenseeForm(of.name, of.kind, of.address, of.tax_id),
        designated_user=DesignatedUserForm(user.name, user.address) if user else None,
        further_users=list(grant.further_users),
        purpose=grant.purpose,
        tracks=[QuotedTrackAnswer(**asdict(each)) for each in grant.tracks],
        projects=list(grant.projects),
        territory=grant.territory,
        period=grant.period,
        scope=grant.scope,
        conditions=list(grant.conditions),
        prohibited=list(grant.prohibitions),
        language=terms.language,
        needs_membership=terms.needs_membership,
    )


def special_license_answer(
    signed: SignedAgreement, revoked_at: datetime | None, public_url: str
) -> SpecialLicenseAnswer:
    """A special licence as its member sees it. Raises SpecialLicenseNotFound for another document."""
    of = signed.agreement
    if not isinstance(of, SpecialLicense):
        raise SpecialLicenseNotFound("This order has a music licence agreement, and no special licence.")
    user = of.designated_user
    return SpecialLicenseAnswer(
        number=of.number,
        issued_at=rfc3339(of.issued_at),
        order_id=of.order_id,
        terms_sha256=of.terms_sha256,
        licensee=LicenseeForm(of.licensee.name, of.licensee.kind, of.licensee.address, of.licensee.tax_id),
        designated_user=DesignatedUserForm(user.name, user.address) if user else None,
        supersedes=of.supersedes,
        revoked_at=rfc3339(revoked_at) if revoked_at else None,
        document_url=f"{public_url}/v1/orders/{of.order_id}/license",
        document_sha256=signed.document_sha256,
        jws=signed.jws,
    )


def quote_answer(quote: Quote, now: datetime) -> QuoteAnswer:
    """A quote as operators see it."""
    order = quote.order
    return QuoteAnswer(
        order_id=order.id,
        account_id=order.account_id,
        status=order.status_at(now),
        amount=order.amount,
        currency=order.currency,
        quoted_at=rfc3339(order.quoted_at),
        valid_until=rfc3339(order.expires_at),
        terms=terms_answer(order, quote.terms) if quote.terms else None,
    )


def quotes_answer(orders: list[Order], now: datetime) -> QuotesAnswer:
    """An account's quotes."""
    return QuotesAnswer([quote_answer(Quote(order, None), now) for order in orders])
