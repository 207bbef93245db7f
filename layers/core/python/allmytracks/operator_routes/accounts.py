"""Operators look up accounts and orders."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operations.schemas import (
    AccountsAnswer,
    AccountSearchQuery,
    AccountsQuery,
    account_file_answer,
    listed_account,
    order_answer,
)
from allmytracks.operator_routes.requests import (
    answer,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.timeline.schemas import TimelineQuery, timeline_answer
from allmytracks.wiring import services

accounts = Blueprint(__name__)


@route(accounts, "GET", "/accounts")
def find_account() -> Response:
    """The account with an address."""
    request = current(accounts)
    file = services().operations.look_up_account.by_email(query_of(request, AccountsQuery).email, operator_of(request))
    return answer(account_file_answer(file, services().foundation.clock.now()))


@route(accounts, "GET", "/account-list")
def list_accounts() -> Response:
    """Accounts of a status, or made since an instant."""
    request = current(accounts)
    query = query_of(request, AccountSearchQuery)
    page = services().operations.look_up_account.page(
        query.to_filter(), operator_of(request), limit=query.limit, cursor=query.cursor
    )
    now = services().foundation.clock.now()
    return answer(AccountsAnswer([listed_account(each, now) for each in page.items], page.next_cursor))


@route(accounts, "GET", "/accounts/{account_id}")
def show_account(account_id: str) -> Response:
    """One account."""
    file = services().operations.look_up_account(account_id, operator_of(current(accounts)))
    return answer(account_file_answer(file, services().foundation.clock.now()))


@route(accounts, "GET", "/accounts/{account_id}/timeline")
def show_timeline(account_id: str) -> Response:
    """What happened on an account, newest first."""
    request = current(accounts)
    query = query_of(request, TimelineQuery)
    services().foundation.audit(operator_of(request), "timeline_looked_up", account_id)
    return answer(
        timeline_answer(
            services().timeline.histories.page(account_id, limit=query.limit, cursor=query.cursor), query.language
        )
    )


@route(accounts, "GET", "/orders/{order_id}")
def show_order(order_id: str) -> Response:
    """Any account's order."""
    order = services().operations.look_up_order(order_id, operator_of(current(accounts)))
    return answer(order_answer(order, services().foundation.clock.now()))
