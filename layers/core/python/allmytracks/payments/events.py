"""Domain events that other capabilities receive, named in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.events import Event


@dataclass(frozen=True, slots=True)
class MembershipActivated(Event):
    """A paid order became a period of a membership."""

    order_id: str
    plan: str
    starts_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class OrderFailed(Event):
    """The payment of an order failed or its checkout expired."""

    order_id: str


@dataclass(frozen=True, slots=True)
class PaymentReturned(Event):
    """A refund or lost dispute returned an order's money and ended what it had paid for (M-II.8)."""

    order_id: str


@dataclass(frozen=True, slots=True)
class PaymentPartlyReturned(Event):
    """A part of an order's money was returned; what it paid for stays (M-V.1). `amount_returned` is the sum so far."""

    order_id: str
    amount_returned: int

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.amount_returned}"


@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """A refund of an order's payment did not reach the buyer: we have the money (again)."""

    order_id: str
    refund: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.refund}"


@dataclass(frozen=True, slots=True)
class MembershipRestored(Event):
    """What a refund or lost dispute had ended runs again: the refund failed, or the decision was reversed."""

    order_id: str


@dataclass(frozen=True, slots=True)
class DisputeOpened(Event):
    """The buyer's bank disputes a payment of an order."""

    order_id: str
    dispute: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.dispute}"


@dataclass(frozen=True, slots=True)
class DisputeWon(Event):
    """A dispute was won: the payment is valid."""

    order_id: str
    dispute: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.dispute}"


@dataclass(frozen=True, slots=True)
class OrderDeclined(Event):
    """An operator declined an order, paid or not (M-II.2)."""

    order_id: str


@dataclass(frozen=True, slots=True)
class MembershipCancelled(Event):
    """An operator or the member ended what an order had paid for, without a refund (M-V.1, M-V.2)."""

    order_id: str


@dataclass(frozen=True, slots=True)
class LicenseIssued(Event):
    """A licence letter was issued."""

    license_number: str
    download_id: str


@dataclass(frozen=True, slots=True)
class LicenseRevoked(Event):
    """A licence was revoked (M-III.5.revoke); `run` is when the revocation of many that it belongs to began."""

    license_number: str
    reason: str
    at: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class LicenseSuperseded(Event):
    """Another letter superseded a licence, for a clerical mistake in a name (M-III.8.apply).

    `follows` is the licence whose correction this one followed.
    """

    license_number: str
    superseded_by: str
    reason: str
    at: str
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class MusicAgreementIssued(Event):
    """The music licence agreement of a Business order was made (U-III.I.5)."""

    order_id: str
    license_number: str
    at: str


@dataclass(frozen=True, slots=True)
class ProjectPackRequested(Event):
    """A member requested the pack of a project's licences."""

    pack_id: str


@dataclass(frozen=True, slots=True)
class AccountRestricted(Event):
    """Downloads were restricted until an instant, by a rule or an operator, for a reason code (M-III.5.fraud)."""

    reason: str
    at: str
    until: str


@dataclass(frozen=True, slots=True)
class RestrictionLifted(Event):
    """An operator ended a restriction."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountBanned(Event):
    """An operator banned the account (U-III.III.3)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountUnbanned(Event):
    """An operator ended a ban."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountFrozen(Event):
    """An operator froze the account: nobody signs in until ownership is proved (U-II.II.2)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountUnfrozen(Event):
    """An operator opened a frozen account again."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class DownloadRevoked(Event):
    """An operator revoked a download: there are no more links to its file."""

    download_id: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class DamagesRecorded(Event):
    """An operator recorded a claim for damages; `amount` in US cents (M-III.10)."""

    amount: int
    reason: str
    at: str
