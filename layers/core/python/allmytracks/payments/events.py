"""Domain events that other capabilities receive, named in the past tense."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class MembershipActivated(Event, frozen=True):
    """A paid order became a period of a membership."""

    order_id: str
    plan: str
    starts_at: str
    ends_at: str


class OrderFailed(Event, frozen=True):
    """The payment of an order failed or its checkout expired."""

    order_id: str


class PaymentReturned(Event, frozen=True):
    """A refund or lost dispute returned an order's money and ended what it had paid for (M-II.8)."""

    order_id: str


class PaymentPartlyReturned(Event, frozen=True):
    """A part of an order's money was returned; what it paid for stays (M-V.1). `amount_returned` is the sum so far."""

    order_id: str
    amount_returned: int

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.amount_returned}"


class RefundFailed(Event, frozen=True):
    """A refund of an order's payment did not reach the buyer: we have the money (again)."""

    order_id: str
    refund: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.refund}"


class MembershipRestored(Event, frozen=True):
    """What a refund or lost dispute had ended runs again: the refund failed, or the decision was reversed."""

    order_id: str


class DisputeOpened(Event, frozen=True):
    """The buyer's bank disputes a payment of an order."""

    order_id: str
    dispute: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.dispute}"


class DisputeWon(Event, frozen=True):
    """A dispute was won: the payment is valid."""

    order_id: str
    dispute: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.dispute}"


class OrderDeclined(Event, frozen=True):
    """An operator declined an order, paid or not (M-II.2)."""

    order_id: str


class MembershipCancelled(Event, frozen=True):
    """An operator or the member ended what an order had paid for, without a refund (M-V.1, M-V.2)."""

    order_id: str


class SubscriptionPaid(Event, frozen=True):
    """A payment for cloud storage of a device arrived: in full, or for one month of a monthly plan (S-7.2)."""

    order_id: str
    subscription_id: str
    device_id: str


class RenewalFailed(Event, frozen=True):
    """The payment of a further month of a monthly plan failed; the provider tries again (S-7.2.2)."""

    order_id: str
    subscription_id: str


class SubscriptionCancelled(Event, frozen=True):
    """Cloud storage was cancelled, by its member, an operator or the provider; `amount` is still to be given back."""

    order_id: str
    subscription_id: str
    amount: int


class SpecialLicenseQuoted(Event, frozen=True):
    """An operator quoted a special licence to the account (M-III.6.special)."""

    order_id: str


class SpecialLicensePaid(Event, frozen=True):
    """The payment of a quoted special licence arrived."""

    order_id: str


class SpecialLicenseIssued(Event, frozen=True):
    """The letter of a special licence was made."""

    order_id: str
    license_number: str
    at: str


class MusicAgreementRequested(Event, frozen=True):
    """A member asked for the music licence agreement of a membership, in a language (U-III.II.2)."""

    order_id: str
    language: str


class LicenseIssued(Event, frozen=True):
    """A licence letter was issued, of the work named by `text`."""

    license_number: str
    download_id: str
    at: str | None = None
    text: str | None = None


class LicenseRevoked(Event, frozen=True):
    """A licence was revoked (M-III.5.revoke); `run` is when the revocation of many that it belongs to began."""

    license_number: str
    reason: str
    at: str
    run: str | None = None


class LicenseSuperseded(Event, frozen=True):
    """Another letter superseded a licence, for a clerical mistake in a name (M-III.8.apply).

    `follows` is the licence whose correction this one followed.
    """

    license_number: str
    superseded_by: str
    reason: str
    at: str
    follows: str | None = None


class MusicAgreementIssued(Event, frozen=True):
    """The music licence agreement of a Business order was made (U-III.I.5)."""

    order_id: str
    license_number: str
    at: str


class ProjectPackRequested(Event, frozen=True):
    """A member requested the pack of a project's licences."""

    pack_id: str


class AccountRestricted(Event, frozen=True):
    """Downloads were restricted until an instant, by a rule or an operator, for a reason code (M-III.5.fraud)."""

    reason: str
    at: str
    until: str


class RestrictionLifted(Event, frozen=True):
    """An operator ended a restriction."""

    reason: str
    at: str


class AccountBanned(Event, frozen=True):
    """An operator banned the account (U-III.III.3)."""

    reason: str
    at: str


class AccountUnbanned(Event, frozen=True):
    """An operator ended a ban."""

    reason: str
    at: str


class AccountFrozen(Event, frozen=True):
    """An operator froze the account: nobody signs in until ownership is proved (U-II.II.2)."""

    reason: str
    at: str


class AccountUnfrozen(Event, frozen=True):
    """An operator opened a frozen account again."""

    reason: str
    at: str


class DownloadRevoked(Event, frozen=True):
    """An operator revoked a download: there are no more links to its file."""

    download_id: str
    reason: str
    at: str


class DamagesRecorded(Event, frozen=True):
    """An operator recorded a claim for damages; `amount` in US cents (M-III.10)."""

    amount: int
    reason: str
    at: str


# A payment arrived in time and counts.
OF_PAYMENTS = frozenset({MembershipActivated.__name__, SubscriptionPaid.__name__, SpecialLicensePaid.__name__})
