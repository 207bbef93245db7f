"""GET /v1/orders/{id}/invoice, /v1/invoices and /v1/invoices/{number}/document: the caller's invoices."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import PDF, Answer, prefers
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import PageQuery, page_of
from allmytracks.invoices.rules import Invoice, InvoiceNotFound, InvoiceNotPrinted
from allmytracks.invoices.schemas import InvoiceAnswer, InvoicesAnswer, document_answer, invoice_answer
from allmytracks.payments.orders.rules import OrderNotFound
from allmytracks.wiring import services

app = HttpFunction()
OWN = "private, no-cache"


@app.route(
    "GET",
    "/v1/orders/{id}/invoice",
    answers={200: (InvoiceAnswer, PDF)},
    refusals=(OrderNotFound, InvoiceNotFound, InvoiceNotPrinted),
    cache=OWN,
)
def get_invoice(request: Request) -> Answer:
    """The invoice of a paid order and its credit notes; with `Accept: application/pdf` the PDF of the invoice."""
    issued = services().invoices.show.of_order(request.account_id, request.path_parameters["id"])
    if prefers(request.header("accept"), PDF):
        return _document(issued[0])
    return Answer(200, invoice_answer(issued, services().foundation.settings.public_url))


@app.route("GET", "/v1/invoices", query=PageQuery, answers={200: InvoicesAnswer}, refusals=(InvalidFields,))
def list_invoices(request: Request) -> Answer:
    """The caller's invoices and credit notes, newest first."""
    found = services().invoices.show.all(request.account_id)
    public_url = services().foundation.settings.public_url
    page = page_of(found, lambda invoice: invoice.number, request.query(PageQuery))
    return Answer(200, InvoicesAnswer([document_answer(each, public_url) for each in page.items], page.next_cursor))


@app.route(
    "GET",
    "/v1/invoices/{number}/document",
    answers={200: PDF},
    refusals=(InvoiceNotFound, InvoiceNotPrinted),
    cache=OWN,
)
def get_invoice_document(request: Request) -> Answer:
    """An invoice or credit note as it was issued."""
    return _document(services().invoices.show.numbered(request.account_id, request.path_parameters["number"]))


def _document(invoice: Invoice) -> Answer:
    headers = {
        "Content-Disposition": f'inline; filename="{invoice.number}.pdf"',
        "ETag": f'"{invoice.document_sha256}"',
    }
    return Answer(200, services().invoices.show.document(invoice), headers, content_type=PDF)


handle = app
