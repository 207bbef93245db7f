"""The page on which a buyer pays, as HTML."""

from __future__ import annotations

from html import escape

from allmytracks.foundation.money import decimal
from allmytracks.payments.stripe.money import from_stripe
from infra.local.payments.objects import Object

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay {sum}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; color: #1a1a2e; }}
.sum {{ font-size: 2rem; font-weight: 600; }}
button {{ font: inherit; padding: .6rem 1rem; margin: .3rem .3rem 0 0; border: 1px solid #888; border-radius: .4rem; }}
.pay {{ background: #3b49df; color: white; border-color: #3b49df; }}
.note {{ color: #555; font-size: .85rem; }}
</style>
</head>
<body>
<h1>Local payment page</h1>
<p class="sum">{sum}</p>
<p>Order {order}</p>
{form}
<p class="note">This page exists in the local cloud only. No card is asked for and no money moves.</p>
</body>
</html>
"""
_FORM = """<form method="post">
<button class="pay" name="outcome" value="paid">Pay</button>
<button name="outcome" value="promised">Pay by transfer, later</button>
<button name="outcome" value="declined">Decline the card</button>
<button name="outcome" value="expired">Let it expire</button>
</form>"""


def pay_page(session: Object) -> str:
    """The page of one session."""
    currency = session["currency"].upper()
    shown = decimal(from_stripe(session["amount_total"], currency), currency)
    form = _FORM if session["status"] == "open" else f"<p>This checkout is {escape(session['status'])}.</p>"
    order = escape(str(session["client_reference_id"] or ""))
    return _PAGE.format(sum=f"{shown} {escape(currency)}", order=order, form=form)
