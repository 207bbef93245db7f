"""Routes of proofs: a requester without a sign-in proves to own the account (P-12.identity)."""

from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import PASSWORDS
from allmytracks.tickets.rules import TicketClosed, TicketNotFound
from allmytracks.tickets.rules_proofs import WrongProofCode
from allmytracks.tickets.schemas import ProofCodeForm, ProofForm
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/tickets/{number}/proof-codes",
    body=ProofCodeForm,
    answers={202: None},
    refusals=(TicketNotFound, TicketClosed, InvalidFields, LimitReached),
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def ask_for_proof_code(request: Request) -> Answer:
    """Ask for a code to the address of the request; it proves something only if it is the account's address."""
    services().tickets.prove_ownership.send_code(request.path_parameters["number"], request.body(ProofCodeForm).email)
    return Answer(202)


@app.route(
    "PUT",
    "/v1/tickets/{number}/proof",
    body=ProofForm,
    answers={204: None},
    refusals=(TicketNotFound, TicketClosed, WrongProofCode, InvalidFields, LimitReached),
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def prove_ownership(request: Request) -> Answer:
    """Prove by the code that the account is yours; customer service sees it on the ticket."""
    form = request.body(ProofForm)
    services().tickets.prove_ownership(request.path_parameters["number"], form.email, form.code)
    return Answer(204)


handle = app
