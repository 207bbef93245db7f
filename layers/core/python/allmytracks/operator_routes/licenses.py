"""Operators look up, revoke and correct licences, and authorise further users of an enterprise."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.foundation.throttling.rules import REVOCATIONS, subject_of, window_at
from allmytracks.licenses.states.rules_corrections import SecondOperatorRequired
from allmytracks.licenses.states.schemas import (
    AccountRevocationForm,
    ApprovalForm,
    AuthorisationForm,
    LicenseRowsAnswer,
    LicensesQuery,
    PublicityAnswer,
    PublicityForm,
    RevocationForm,
    SupersessionForm,
    end_users_answer,
    license_file_answer,
    license_row,
    proposal_answer,
    revoked_answer,
    revoked_part_answer,
    superseded_answer,
)
from allmytracks.operator_routes.approvals import second_operator
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.register.schemas import RegisterEntriesAnswer
from allmytracks.wiring import services

licenses = Blueprint(__name__)


@route(licenses, "GET", "/licenses/{number}")
def show_license(number: str) -> Response:
    """Everything on record of one licence."""
    return answer(license_file_answer(services().licenses.states.look_up(number, operator_of(current(licenses)))))


@route(licenses, "POST", "/licenses/{number}/revocation", Role.SUPPORT)
def revoke_license(number: str) -> Response:
    """Revoke one licence; 200 also where it was revoked before.

    202 where a second operator has to approve it first: with the twenty-first of one operator's day.
    """
    request = current(licenses)
    reason = body_of(request, RevocationForm).reason
    operator = operator_of(request)
    window = window_at(REVOCATIONS, subject_of(operator.arn), services().foundation.clock.now())
    if services().foundation.operator_counters.take(window, 1) is None:
        waits = second_operator(request, "license_revocation", number)
        if waits is not None:
            return waits
    return answer(revoked_answer(services().licenses.states.revoke(number, reason, operator)))


@route(licenses, "GET", "/accounts/{account_id}/licenses")
def list_licenses(account_id: str) -> Response:
    """An account's licences, newest first."""
    request = current(licenses)
    query = query_of(request, LicensesQuery)
    page = services().licenses.states.look_up.of_account(
        account_id, operator_of(request), limit=query.limit, cursor=query.cursor
    )
    return answer(LicenseRowsAnswer([license_row(each) for each in page.items], page.next_cursor))


@route(licenses, "POST", "/accounts/{account_id}/licenses/revocation", Role.SUPPORT)
def revoke_licenses_of_account(account_id: str) -> Response:
    """Revoke the next of an account's licences since an instant, or count them.

    202 where a second operator has to approve it first.
    """
    request = current(licenses)
    wanted = body_of(request, AccountRevocationForm).wanted(account_id)
    if not wanted.dry_run:
        services().accounts.repository.get(account_id)
        waits = second_operator(request, "licenses_revocation", account_id)
        if waits is not None:
            return waits
    return answer(revoked_part_answer(services().licenses.states.revoke.of_account(wanted, operator_of(request))))


@route(licenses, "POST", "/licenses/{number}/supersession", Role.SUPPORT)
def supersede_license(number: str) -> Response:
    """Issue a letter with the right name in the place of one: 201, or 200 where it was done before.

    202 where the name is more than another spelling, and is proposed to a second operator with its evidence.
    """
    request = current(licenses)
    form, operator = body_of(request, SupersessionForm), operator_of(request)
    correction = form.correction()
    try:
        done = services().licenses.states.supersede(number, correction, form.reason, operator, cursor=form.cursor)
    except SecondOperatorRequired:
        if form.evidence is None:
            raise
        proposal = services().licenses.states.propose_correction(
            number, correction, form.reason, form.evidence, operator
        )
        return answer(proposal_answer(proposal), 202)
    return answer(superseded_answer(done), 201 if done.newly else 200)


@route(licenses, "GET", "/licenses/{number}/correction")
def show_correction(number: str) -> Response:
    """The correction that was proposed for a letter, with its evidence."""
    return answer(
        proposal_answer(services().licenses.states.approve_correction.show(number, operator_of(current(licenses))))
    )


@route(licenses, "POST", "/licenses/{number}/correction/approval", Role.SUPPORT)
def approve_correction(number: str) -> Response:
    """Approve what another operator proposed, and make it: 201, or 200 where it was done before."""
    request = current(licenses)
    form = body_of(request, ApprovalForm)
    done = services().licenses.states.approve_correction(
        number, form.proposal_id, operator_of(request), cursor=form.cursor
    )
    return answer(superseded_answer(done), 201 if done.newly else 200)


@route(licenses, "POST", "/licenses/{number}/register-entries", Role.SUPPORT)
def enter_license(number: str) -> Response:
    """Queue a licence's leaves for the register's next head again."""
    leaves = services().register.enter_license(number, operator_of(current(licenses)))
    return answer(RegisterEntriesAnswer([leaf.kind.value for leaf in leaves]))


@route(licenses, "POST", "/accounts/{account_id}/designated-users", Role.SUPPORT)
def authorise_user(account_id: str) -> Response:
    """Let an enterprise license to a further Designated User."""
    request = current(licenses)
    form = body_of(request, AuthorisationForm)
    account = services().accounts.authorise_user(account_id, form.name, form.reason, operator_of(request))
    return answer(end_users_answer(account))


@route(licenses, "PUT", "/accounts/{account_id}/publicity", Role.SUPPORT)
def mark_publicity(account_id: str) -> Response:
    """Mark whether an account may be named in publicity."""
    request = current(licenses)
    form = body_of(request, PublicityForm)
    mark = services().accounts.mark_publicity
    account = mark(account_id, form.reason, operator_of(request), not_named=form.not_named)
    return answer(PublicityAnswer(account.id, account.not_named))
