"""Operators see whose mail fails, and let it go again."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.notices.schemas_delivery import (
    MailFailuresAnswer,
    ResumingForm,
    UndeliveredQuery,
    mail_failure_answer,
)
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, query_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

mail = Blueprint(__name__)


@route(mail, "GET", "/mail-failures")
def list_failures() -> Response:
    """Accounts that get notices in their inbox alone, the latest failure first."""
    request = current(mail)
    query = query_of(request, UndeliveredQuery)
    page = services().notices.keep_mail_failures.page(operator_of(request), limit=query.limit, cursor=query.cursor)
    return answer(MailFailuresAnswer([mail_failure_answer(each) for each in page.items], page.next_cursor))


@route(mail, "POST", "/accounts/{account_id}/mail-resumption", Role.SUPPORT)
def resume_mail(account_id: str) -> Response:
    """Let mail go to an account again."""
    request = current(mail)
    form = body_of(request, ResumingForm)
    resumed = services().notices.keep_mail_failures.resume(account_id, form.reason, operator_of(request))
    return answer(mail_failure_answer(resumed))
