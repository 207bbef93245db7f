"""Operators send mailings: offers to who consented, notices of a breach, new agreements (P-breach, P-15.consent)."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.notices.schemas_mailings import (
    DeliveriesAnswer,
    DeliveriesQuery,
    MailingForm,
    MailingsAnswer,
    MailingsQuery,
    PartAnswer,
    PartForm,
    delivery_answer,
    mailing_answer,
    part_number,
)
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.wiring import services

mailings = Blueprint(__name__)


@route(mailings, "GET", "/mailings")
def list_mailings() -> Response:
    """The mailings of a status, newest first."""
    query = query_of(current(mailings), MailingsQuery)
    page = services().notices.keep_mailings.page(query.status, limit=query.limit, cursor=query.cursor)
    return answer(MailingsAnswer([mailing_answer(each) for each in page.items], page.next_cursor))


@route(mailings, "POST", "/mailings")
def draft_mailing() -> Response:
    """Draft a mailing; the same contents are the same mailing."""
    form = body_of(current(mailings), MailingForm)
    drafted = services().notices.keep_mailings.draft(form.kind, form.to_letters(), form.to_selection())
    return answer(mailing_answer(drafted), 201)


@route(mailings, "GET", "/mailings/{mailing_id}")
def show_mailing(mailing_id: str) -> Response:
    """One mailing, and how far it is."""
    return answer(mailing_answer(services().notices.keep_mailings.get(mailing_id)))


@route(mailings, "PUT", "/mailings/{mailing_id}/parts/{part}")
def put_part(mailing_id: str, part: str) -> Response:
    """Store a part of a draft's list of accounts."""
    form, number = body_of(current(mailings), PartForm), part_number(part)
    services().notices.keep_mailings.put_part(mailing_id, number, form.account_ids)
    return answer(PartAnswer(number, len(form.account_ids)))


@route(mailings, "POST", "/mailings/{mailing_id}/start")
def start_mailing(mailing_id: str) -> Response:
    """Send a mailing, or go on where it was stopped."""
    return answer(mailing_answer(services().notices.keep_mailings.start(mailing_id, operator_of(current(mailings)))))


@route(mailings, "POST", "/mailings/{mailing_id}/stop")
def stop_mailing(mailing_id: str) -> Response:
    """Send no more of a mailing."""
    return answer(mailing_answer(services().notices.keep_mailings.stop(mailing_id, operator_of(current(mailings)))))


@route(mailings, "GET", "/mailings/{mailing_id}/deliveries")
def list_deliveries(mailing_id: str) -> Response:
    """What became of a mailing for each account."""
    request = current(mailings)
    query = query_of(request, DeliveriesQuery)
    page = services().notices.keep_mailings.deliveries(
        mailing_id, operator_of(request), limit=query.limit, cursor=query.cursor
    )
    return answer(DeliveriesAnswer([delivery_answer(each) for each in page.items], page.next_cursor))
