"""Operators look up enterprises and review their letters of authority."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.enterprises.schemas import (
    LetterReviewForm,
    LettersQuery,
    enterprise_answer,
    letters_answer,
    listed_letter_answer,
)
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.tickets.schemas_desk import file_link_answer
from allmytracks.wiring import services

enterprises = Blueprint(__name__)


@route(enterprises, "GET", "/letters-of-authority")
def list_letters() -> Response:
    """Letters that wait for a review, were refused, or accepted (U-II.III.1.4.consent)."""
    request = current(enterprises)
    query = query_of(request, LettersQuery)
    review = services().enterprises.review_letter
    return answer(
        letters_answer(review.page(query.shelf, operator_of(request), limit=query.limit, cursor=query.cursor))
    )


@route(enterprises, "GET", "/accounts/{account_id}/enterprise")
def show_enterprise(account_id: str) -> Response:
    """An account's company, what was declared of it, and its letter of authority."""
    operator = operator_of(current(enterprises))
    return answer(enterprise_answer(services().enterprises.review_letter.show(account_id, operator)))


@route(enterprises, "GET", "/accounts/{account_id}/letters-of-authority/{letter_id}")
def open_letter(account_id: str, letter_id: str) -> Response:
    """A short-lived link to a letter whose content was checked."""
    operator = operator_of(current(enterprises))
    return answer(file_link_answer(services().enterprises.review_letter.open(account_id, letter_id, operator)))


@route(enterprises, "POST", "/accounts/{account_id}/letters-of-authority", Role.SUPPORT)
def review_letter(account_id: str) -> Response:
    """Accept or refuse a letter; the member gets a notice."""
    request = current(enterprises)
    form = body_of(request, LetterReviewForm)
    review = services().enterprises.review_letter
    return answer(listed_letter_answer(review(account_id, form.letter_id, form.reason, operator_of(request))))
