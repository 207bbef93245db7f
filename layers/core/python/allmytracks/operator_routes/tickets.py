"""Operators read tickets, answer and close them."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.tickets.schemas_desk import (
    AnswerForm,
    ClosingForm,
    DeskQuery,
    ReviewForm,
    desk_answer,
    desk_ticket_answer,
    file_link_answer,
)
from allmytracks.wiring import services

tickets = Blueprint(__name__)


@route(tickets, "GET", "/tickets")
def list_tickets() -> Response:
    """Tickets of one status, or those that are due or overdue (P-15days)."""
    request = current(tickets)
    query = query_of(request, DeskQuery)
    page = services().tickets.desk.page(query.shelf, operator_of(request), limit=query.limit, cursor=query.cursor)
    return answer(desk_answer(page))


@route(tickets, "GET", "/tickets/{number}")
def show_ticket(number: str) -> Response:
    """One ticket with its messages."""
    return answer(desk_ticket_answer(services().tickets.desk.get(number, operator_of(current(tickets)))))


@route(tickets, "GET", "/tickets/{number}/attachments/{attachment_id}")
def open_attachment(number: str, attachment_id: str) -> Response:
    """A short-lived link to a file whose content was checked."""
    link = services().tickets.desk.link(number, attachment_id, operator_of(current(tickets)))
    return answer(file_link_answer(link))


@route(tickets, "POST", "/tickets/{number}/answers", Role.SUPPORT)
def answer_ticket(number: str) -> Response:
    """Write to the one who asked."""
    request = current(tickets)
    form = body_of(request, AnswerForm)
    ticket = services().tickets.desk.answer(number, form.text, operator_of(request), asks=form.asks)
    return answer(desk_ticket_answer(ticket), 201)


@route(tickets, "POST", "/tickets/{number}/review", Role.SUPPORT)
def review_documents(number: str) -> Response:
    """Record what the documents of a request without sign-in prove (P-12.identity)."""
    request = current(tickets)
    form = body_of(request, ReviewForm)
    return answer(desk_ticket_answer(services().tickets.desk.review(number, form.reason, operator_of(request))))


@route(tickets, "POST", "/tickets/{number}/closing", Role.SUPPORT)
def close_ticket(number: str) -> Response:
    """Close a ticket."""
    request = current(tickets)
    form = body_of(request, ClosingForm)
    return answer(desk_ticket_answer(services().tickets.desk.close(number, form.reason, operator_of(request))))
