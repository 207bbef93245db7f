"""Recordings of devices: announced by members and devices; listed, played and removed by members."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.foundation.errors import InvalidFields, LimitReached, Unauthenticated
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import DEVICE_UPLOADS
from allmytracks.storage.rules_devices import DeviceNotFound
from allmytracks.storage.rules_recordings import NotCovered, QuotaReached, RecordingNotFound, RecordingTooLarge
from allmytracks.storage.schemas_recordings import (
    AnnouncedAnswer,
    RecordingForm,
    RecordingLinkAnswer,
    RecordingsAnswer,
    RecordingsQuery,
    announced_answer,
    recording_link_answer,
    recordings_answer,
)
from allmytracks.wiring import services

app = HttpFunction()
STATES = (AccountNotVerified, GuardianConsentRequired, AccountFrozen)
OF_UPLOADS = (*STATES, InvalidFields, LimitReached, NotCovered, RecordingTooLarge, QuotaReached)


@app.route(
    "POST",
    "/v1/devices/{id}/recordings",
    body=RecordingForm,
    answers={201: AnnouncedAnswer},
    refusals=(*OF_UPLOADS, DeviceNotFound),
)
@throttled(DEVICE_UPLOADS, lambda: services().foundation.throttle)
def announce_recording(request: Request) -> Answer:
    """Announce a recording of a covered device, and get links to upload it by; the same again gives new links."""
    wanted = request.body(RecordingForm).announcement()
    announced = services().storage.announce_recording(request.account_id, request.path_parameters["id"], wanted)
    return Answer(201, announced_answer(announced))


@app.route(
    "POST",
    "/v1/device-recordings",
    body=RecordingForm,
    answers={201: AnnouncedAnswer},
    refusals=(*OF_UPLOADS, Unauthenticated),
)
@throttled(DEVICE_UPLOADS, lambda: services().foundation.throttle)
def announce_by_device(request: Request) -> Answer:
    """As a device, with its own token in the Authorization header, announce a recording of it."""
    device = services().storage.device_tokens.device_of(request.bearer_token)
    wanted = request.body(RecordingForm).announcement()
    announced = services().storage.announce_recording(device.account_id, device.device_id, wanted)
    return Answer(201, announced_answer(announced))


@app.route(
    "GET",
    "/v1/devices/{id}/recordings",
    query=RecordingsQuery,
    answers={200: RecordingsAnswer},
    refusals=(InvalidFields, DeviceNotFound),
)
def list_recordings(request: Request) -> Answer:
    """A device's recordings by time; none once nothing covers it (S-8.1)."""
    query = request.query(RecordingsQuery)
    page = services().storage.keep_recordings.page(
        request.account_id,
        request.path_parameters["id"],
        query.since,
        query.until,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Answer(200, recordings_answer(page))


@app.route(
    "GET",
    "/v1/recordings/{id}/link",
    answers={200: RecordingLinkAnswer},
    refusals=(RecordingNotFound, NotCovered),
)
def link_recording(request: Request) -> Answer:
    """A short-lived link to play or save a recording; it takes range requests."""
    link = services().storage.keep_recordings.link(request.account_id, request.path_parameters["id"])
    return Answer(200, recording_link_answer(link))


@app.route("DELETE", "/v1/recordings/{id}", answers={204: None}, refusals=(*STATES, RecordingNotFound))
def remove_recording(request: Request) -> Answer:
    """Remove a recording permanently."""
    services().storage.keep_recordings.remove(request.account_id, request.path_parameters["id"])
    return Answer(204)


handle = app
