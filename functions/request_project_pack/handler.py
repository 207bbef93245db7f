"""A project as a whole: license batches (many downloads with their letters), and packs (its letters in one file)."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.catalogue.rules import RenditionNotFound
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.batches.rules import BatchNotFound
from allmytracks.licenses.batches.schemas import LicenseBatchAnswer, LicenseBatchForm, license_batch_answer
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


@app.route(
    "POST",
    "/v1/license-batches",
    body=LicenseBatchForm,
    answers={202: LicenseBatchAnswer, 200: LicenseBatchAnswer},
    refusals=(
        UnderMaintenance,
        AccountFrozen,
        AccountNotVerified,
        AccountRestricted,
        GuardianConsentRequired,
        RenditionNotFound,
        InvalidFields,
        IdempotencyKeyReused,
    ),
    idempotency="required",
)
@closed_during_maintenance(lambda: services().notices.show_service)
def request_license_batch(request: Request) -> Answer:
    """Downloads many tracks for one project, each with its own letter.

    202, or 200 with the same batch where this Idempotency-Key asked before.
    """
    wish = request.body(LicenseBatchForm).wish(request.source_ip, request.user_agent)
    asked = services().licenses.batches.request(request.account_id, wish, request.idempotency_key)
    return Answer(200 if asked.repeated else 202, license_batch_answer(asked.batch))


@app.route("GET", "/v1/license-batches/{id}", answers={200: LicenseBatchAnswer}, refusals=(BatchNotFound,))
def get_license_batch(request: Request) -> Answer:
    """What became of each track of one of the caller's batches."""
    batch = services().licenses.batches.request.get(request.account_id, request.path_parameters["id"])
    return Answer(200, license_batch_answer(batch))


handle = app
