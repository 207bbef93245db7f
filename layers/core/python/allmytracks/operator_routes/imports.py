"""Operators import folders of tracks."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.catalogue.schemas_imports import (
    ImportForm,
    KnownForm,
    ProgressForm,
    UploadsForm,
    import_answer,
    known_answer,
    uploads_answer,
)
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

imports = Blueprint(__name__)


@route(imports, "POST", "/imports", Role.ADMIN)
def start_import() -> Response:
    """Start an import, or resume that of the same label."""
    request = current(imports)
    form = body_of(request, ImportForm)
    return answer(import_answer(services().catalogue.run_import.start(form.label, form.files, operator_of(request))))


@route(imports, "GET", "/imports/{import_id}")
def show_import(import_id: str) -> Response:
    """One import."""
    return answer(import_answer(services().catalogue.run_import.get(import_id, operator_of(current(imports)))))


@route(imports, "PUT", "/imports/{import_id}", Role.ADMIN)
def report_progress(import_id: str) -> Response:
    """Report the import's progress."""
    request = current(imports)
    form = body_of(request, ProgressForm)
    record = services().catalogue.run_import.report(
        import_id, form.to_tally(), operator_of(request), finished=form.finished
    )
    return answer(import_answer(record))


@route(imports, "POST", "/imports/{import_id}/known", Role.ADMIN)
def known_files(import_id: str) -> Response:  # noqa: ARG001 - the path's own: files are known to the whole catalogue
    """Which of these files are tracks already."""
    form = body_of(current(imports), KnownForm)
    return answer(known_answer(services().catalogue.run_import.known(form.checksums)))


@route(imports, "POST", "/imports/{import_id}/uploads", Role.ADMIN)
def permit_uploads(import_id: str) -> Response:
    """Where to upload the files of one track."""
    request = current(imports)
    form = body_of(request, UploadsForm)
    offers = [each.to_offer() for each in form.renditions]
    uploads = services().catalogue.register.uploads(import_id, form.source, offers, operator_of(request))
    return answer(uploads_answer(uploads))
