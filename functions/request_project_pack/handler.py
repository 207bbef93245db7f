"""POST /v1/project-packs and GET /v1/project-packs/{id}: a project's letters in one file."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.packs.rules import PackNotFound, ProjectNotFound
from allmytracks.licenses.packs.schemas import ProjectPackAnswer, ProjectPackForm, project_pack_answer
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/project-packs",
    body=ProjectPackForm,
    answers={202: ProjectPackAnswer, 200: ProjectPackAnswer},
    refusals=(
        UnderMaintenance,
        AccountFrozen,
        AccountNotVerified,
        GuardianConsentRequired,
        ProjectNotFound,
        InvalidFields,
        IdempotencyKeyReused,
    ),
    idempotency="required",
)
@closed_during_maintenance(lambda: services().notices.show_service)
def request_project_pack(request: Request) -> Answer:
    """Asks for the pack of a project: 202, or 200 with the same pack where this Idempotency-Key asked before."""
    project = request.body(ProjectPackForm).project
    asked = services().licenses.packs.request(request.account_id, project, request.idempotency_key)
    return Answer(200 if asked.repeated else 202, project_pack_answer(asked))


@app.route("GET", "/v1/project-packs/{id}", answers={200: ProjectPackAnswer}, refusals=(PackNotFound,))
def get_project_pack(request: Request) -> Answer:
    """The status of one of the caller's packs, with a link once it is ready."""
    asked = services().licenses.packs.request.get(request.account_id, request.path_parameters["id"])
    return Answer(200, project_pack_answer(asked))


handle = app
