"""Operators look up payment events, replay them, and rule on their owner."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.payments.ledger.schemas import (
    EventsAnswer,
    EventsQuery,
    FactsAnswer,
    ReplayAnswer,
    ReplaysForm,
    RulingForm,
    event_file_answer,
    fact_answer,
    received_answer,
)
from allmytracks.payments.rules import FactName
from allmytracks.wiring import services

payments = Blueprint(__name__)


@route(payments, "GET", "/payments")
def list_events() -> Response:
    """Events of one shelf of the inbox, oldest first."""
    request = current(payments)
    query = query_of(request, EventsQuery)
    page = services().payments.ledger.inspect.page(
        query.shelf, operator_of(request), limit=query.limit, cursor=query.cursor
    )
    return answer(EventsAnswer([received_answer(each) for each in page.items], page.next_cursor))


@route(payments, "GET", "/payments/{provider}/{event_id}")
def show_event(provider: str, event_id: str) -> Response:
    """One event, and its owner."""
    name = FactName(provider, event_id)
    return answer(event_file_answer(services().payments.ledger.inspect(name, operator_of(current(payments)))))


@route(payments, "GET", "/accounts/{account_id}/payments")
def list_facts(account_id: str) -> Response:
    """The facts of an account."""
    facts = services().payments.ledger.inspect.of_account(account_id, operator_of(current(payments)))
    return answer(FactsAnswer([fact_answer(fact) for fact in facts]))


@route(payments, "POST", "/payments/{provider}/{event_id}/replay", Role.FINANCE)
def replay_event(provider: str, event_id: str) -> Response:
    """Queue one event again."""
    name = FactName(provider, event_id)
    return answer(received_answer(services().payments.ledger.replay(name, operator_of(current(payments)))))


@route(payments, "POST", "/payments/{provider}/{event_id}/ruling", Role.FINANCE)
def rule_on_event(provider: str, event_id: str) -> Response:
    """Rule on an event's owner, or dismiss it."""
    request = current(payments)
    form = body_of(request, RulingForm)
    name, operator, rule = FactName(provider, event_id), operator_of(request), services().payments.ledger.rule_on
    if form.order_id is None and form.account_id is None:
        return answer(received_answer(rule.dismiss(name, form.reason, operator)))
    return answer(received_answer(rule.attach(name, form.order_id, form.account_id, form.reason, operator)))


@route(payments, "POST", "/payment-replays", Role.FINANCE)
def replay_time() -> Response:
    """Queue the events received in a span of time again, some at a time."""
    request = current(payments)
    form = body_of(request, ReplaysForm)
    replayed = services().payments.ledger.replay.between(
        form.received_from, form.received_to, operator_of(request), limit=form.limit, cursor=form.cursor
    )
    return answer(ReplayAnswer(replayed.queued, replayed.left_out, replayed.next_cursor))


@route(payments, "POST", "/payment-replays/dead-letters", Role.FINANCE)
def replay_dead_letters() -> Response:
    """Queue some messages of the dead-letter queue again."""
    replayed = services().payments.ledger.replay.dead(operator_of(current(payments)))
    return answer(ReplayAnswer(replayed.queued, replayed.left_out, replayed.next_cursor))
