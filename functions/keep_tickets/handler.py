"""/v1/tickets: a member's requests and complaints to customer service; anybody's report of misuse."""

from allmytracks.accounts.rules import AccountFrozen
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import TICKETS
from allmytracks.tickets.rules import TicketClosed, TicketFull, TicketNotFound
from allmytracks.tickets.schemas import (
    MessageForm,
    MessageWrittenAnswer,
    MisuseAnswer,
    MisuseForm,
    OpenedAnswer,
    SupportRequestAnswer,
    SupportRequestForm,
    TicketAnswer,
    TicketForm,
    TicketsAnswer,
    TicketsQuery,
    message_written_answer,
    opened_answer,
    support_request_answer,
    ticket_answer,
    tickets_answer,
)
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/tickets",
    body=TicketForm,
    answers={201: OpenedAnswer, 200: OpenedAnswer},
    refusals=(AccountFrozen, InvalidFields, IdempotencyKeyReused, LimitReached),
    idempotency="optional",
)
@throttled(TICKETS, lambda: services().foundation.throttle)
def open_ticket(request: Request) -> Answer:
    """Opens a ticket: 201, or 200 with the same ticket where this Idempotency-Key opened it before (P-15days)."""
    wanted = request.body(TicketForm).wanted()
    opened = services().tickets.open(request.account_id, wanted, request.optional_idempotency_key)
    return Answer(200 if opened.repeated else 201, opened_answer(opened))


@app.route("GET", "/v1/tickets", query=TicketsQuery, answers={200: TicketsAnswer}, refusals=(InvalidFields,))
def list_tickets(request: Request) -> Answer:
    """The caller's tickets, newest first."""
    query = request.query(TicketsQuery)
    return Answer(
        200, tickets_answer(services().tickets.write.page(request.account_id, limit=query.limit, cursor=query.cursor))
    )


@app.route("GET", "/v1/tickets/{number}", answers={200: TicketAnswer}, refusals=(TicketNotFound,))
def show_ticket(request: Request) -> Answer:
    """One ticket with its messages; files that arrived since are checked first."""
    ticket = services().tickets.write.get(request.account_id, request.path_parameters["number"])
    return Answer(200, ticket_answer(services().tickets.attachments(ticket)))


@app.route(
    "POST",
    "/v1/tickets/{number}/messages",
    body=MessageForm,
    answers={201: MessageWrittenAnswer},
    refusals=(
        AccountFrozen,
        TicketNotFound,
        TicketClosed,
        TicketFull,
        InvalidFields,
        IdempotencyKeyReused,
        LimitReached,
    ),
    idempotency="optional",
)
@throttled(TICKETS, lambda: services().foundation.throttle)
def write_message(request: Request) -> Answer:
    """Adds a message; the ticket is with customer service again."""
    ticket, message = services().tickets.write(
        request.account_id,
        request.path_parameters["number"],
        request.body(MessageForm).text,
        request.optional_idempotency_key,
    )
    return Answer(201, message_written_answer(ticket, message))


@app.route(
    "POST",
    "/v1/account/misuse-reports",
    body=MisuseForm,
    answers={202: MisuseAnswer},
    refusals=(InvalidFields, LimitReached),
)
@throttled(TICKETS, lambda: services().foundation.throttle)
def report_misuse(request: Request) -> Answer:
    """Reports misuse of an account, without a sign-in. The answer is the same whether the address has one."""
    form = request.body(MisuseForm)
    return Answer(202, MisuseAnswer(services().tickets.report_misuse(form.email, form.text).number))


@app.route(
    "POST",
    "/v1/support-requests",
    body=SupportRequestForm,
    answers={202: SupportRequestAnswer},
    refusals=(InvalidFields, LimitReached),
)
@throttled(TICKETS, lambda: services().foundation.throttle)
def request_support(request: Request) -> Answer:
    """Asks customer service without a sign-in: for one's data, as a guardian or relative, or about who owns an account.

    The answer is the same whether there is such an account. The same request again is the same ticket.
    """
    opened = services().tickets.request_support(request.body(SupportRequestForm).request())
    return Answer(202, support_request_answer(opened))


handle = app
