"""Operators quote special licences, and withdraw quotes."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.licenses.agreements.schemas_special import (
    QuoteForm,
    quote_answer,
    quotes_answer,
    special_links_answer,
)
from allmytracks.licenses.agreements.use_cases.keep_quotes import Quote
from allmytracks.operations.schemas import EndingForm
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

quotes = Blueprint(__name__)


@route(quotes, "POST", "/accounts/{account_id}/quotes", Role.FINANCE)
def make_quote(account_id: str) -> Response:
    """Quote a special licence to an account; the same again makes no second one (M-III.6.special)."""
    request = current(quotes)
    wanted = body_of(request, QuoteForm).request(account_id)
    quote = services().licenses.agreements.keep_quotes.make(wanted, operator_of(request))
    return answer(quote_answer(quote, services().foundation.clock.now()), 201)


@route(quotes, "GET", "/accounts/{account_id}/quotes")
def list_quotes(account_id: str) -> Response:
    """An account's quotes, newest first."""
    found = services().licenses.agreements.keep_quotes.of_account(account_id, operator_of(current(quotes)))
    return answer(quotes_answer(list(found), services().foundation.clock.now()))


@route(quotes, "GET", "/quotes/{order_id}")
def show_quote(order_id: str) -> Response:
    """One quote with its terms."""
    quote = services().licenses.agreements.keep_quotes.get(order_id, operator_of(current(quotes)))
    return answer(quote_answer(quote, services().foundation.clock.now()))


@route(quotes, "POST", "/quotes/{order_id}/withdrawal", Role.FINANCE)
def withdraw_quote(order_id: str) -> Response:
    """Withdraw a quote that is not paid."""
    request = current(quotes)
    reason = body_of(request, EndingForm).reason
    order = services().licenses.agreements.keep_quotes.withdraw(order_id, reason, operator_of(request))
    return answer(quote_answer(Quote(order, None), services().foundation.clock.now()))


@route(quotes, "GET", "/quotes/{order_id}/links")
def list_special_links(order_id: str) -> Response:
    """To whom the files of a special licence went."""
    review = services().licenses.agreements.review_special_links
    return answer(special_links_answer(review(order_id, operator_of(current(quotes)))))


@route(quotes, "POST", "/quotes/{order_id}/links", Role.SUPPORT)
def renew_special_links(order_id: str) -> Response:
    """The full number of links again, for each track of a special licence."""
    request = current(quotes)
    reason = body_of(request, EndingForm).reason
    review = services().licenses.agreements.review_special_links
    return answer(special_links_answer(review.renew(order_id, reason, operator_of(request))))
