"""POST /v1/account/data-exports and GET /v1/account/data-exports/{id}: everything that is stored of the caller."""

from allmytracks.accounts.rules import AccountFrozen
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.privacy.rules_exports import ExportNotFound, ExportsExhausted
from allmytracks.privacy.schemas import DataExportAnswer, data_export_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/account/data-exports",
    answers={202: DataExportAnswer},
    refusals=(AccountFrozen, ExportsExhausted),
    fresh=True,
)
def request_export(request: Request) -> Answer:
    """Asks for everything that is stored of the caller; while an export is pending, the answer is that one."""
    return Answer(202, data_export_answer(services().privacy.request_export(request.account_id)))


@app.route(
    "GET", "/v1/account/data-exports/{id}", answers={200: DataExportAnswer}, refusals=(AccountFrozen, ExportNotFound)
)
def get_export(request: Request) -> Answer:
    """The status of one of the caller's exports, with a new link while its file is there."""
    asked = services().privacy.request_export.get(request.account_id, request.path_parameters["id"])
    return Answer(200, data_export_answer(asked))


handle = app
