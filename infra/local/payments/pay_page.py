"""The page on which a buyer pays, as HTML."""

from __future__ import annotations

from markupsafe import Markup

from allmytracks.foundation.money import decimal
from allmytracks.payments.stripe.money import from_stripe
from infra.local.frame import framed
from infra.local.payments.objects import Object

_FORM = Markup(
    '<form method="post"><button name="outcome" value="paid">Pay</button>'
    '<button class="other" name="outcome" value="promised">Pay by transfer, later</button>'
    '<button class="other" name="outcome" value="declined">Decline the card</button>'
    '<button class="other" name="outcome" value="expired">Let it expire</button></form>'
)
_BODY = Markup(
    '<p class="sum">{}</p><p>Order {}</p>{}'
    "<p><small>This page exists in the local cloud only. No card is asked for and no money moves.</small></p>"
)
_OVER = {"complete": "This checkout is done: nothing more can be paid here.", "expired": "This checkout has expired."}


def pay_page(session: Object) -> str:
    """The page of one session."""
    currency = session["currency"].upper()
    shown = f"{currency} {decimal(from_stripe(session['amount_total'], currency), currency)}"
    over = Markup('<p>{} <a href="{}">Back to the order</a></p>')
    form = _FORM if session["status"] == "open" else over.format(_OVER[session["status"]], session["success_url"])
    return framed("Local payment page", _BODY.format(shown, session["client_reference_id"] or "", form))


def no_page(message: str) -> str:
    """What a person sees where nothing can be shown."""
    return framed("There is no such page", message)
