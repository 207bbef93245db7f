"""The sentence of each kind of entry; `{...}` are its code, reference and details."""

from __future__ import annotations

SENTENCES = {
    "download_granted": 'You downloaded "{title}".',
    "license_issued": 'Licence {reference} was issued for "{title}".',
    "request_refused": "A request was refused: {code} ({route}).",
    "case_opened": "Your downloads were looked at for a pattern that our rules name ({code}).",
    # Payment facts, from the provider or by a decision.
    "payment_awaited": "The checkout of order {reference} is complete; its money is under way.",
    "payment_succeeded": "Order {reference} was paid.",
    "payment_failed": "A payment of order {reference} failed.",
    "checkout_expired": "The checkout of order {reference} expired.",
    "charge_refunded": "Money of order {reference} was given back.",
    "refund_pending": "A refund of order {reference} is under way.",
    "refund_succeeded": "A refund of order {reference} was made.",
    "refund_failed": "A refund of order {reference} failed.",
    "dispute_opened": "A dispute about the payment of order {reference} was opened.",
    "dispute_won": "The dispute about the payment of order {reference} ended; the payment stands.",
    "dispute_lost": "The dispute about the payment of order {reference} ended; the money went back.",
    "order_declined": "Order {reference} was declined.",
    "membership_cancelled": "The membership of order {reference} was cancelled.",
    "subscription_cancelled": "The cloud storage of order {reference} was cancelled.",
    "payment_named": "The payment of order {reference} was named by the payment provider.",
    # Acts of operators on an account.
    "account_looked_up": "An operator looked at your account.",
    "timeline_looked_up": "An operator looked at this timeline.",
    "fees_summed": "An operator looked at the sum of your fees.",
    "special_license_quoted": "An operator quoted a special licence to you.",
    "quotes_listed": "An operator looked at the quotes of special licences for you.",
    "licenses_listed": "An operator looked at the list of your licences.",
    "damages_listed": "An operator looked at damages recorded on your account.",
    "damages_recorded": "An operator recorded damages on your account.",
    "disclosure_recorded": "A disclosure of your data was put on your register of disclosures ({code}).",
    "disclosures_listed": "An operator looked at your register of disclosures.",
    "publicity_refused": "An operator marked that this account is not named in publicity.",
    "publicity_permitted": "An operator marked that this account may be named in publicity.",
    "designated_user_authorised": "An operator authorised a further Designated User.",
    "restricted": "An operator restricted your downloads ({code}).",
    "restriction_lifted": "An operator lifted the restriction of your downloads ({code}).",
    "banned": "An operator banned your account ({code}).",
    "unbanned": "An operator ended the ban of your account ({code}).",
}
