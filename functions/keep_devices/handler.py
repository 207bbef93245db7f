"""/v1/devices and /v1/storage/trials: the caller's devices, and the trial of their cloud storage."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import DEVICE_CLAIMS
from allmytracks.storage.rules_devices import DeviceChanged, DeviceClaimed, DeviceCovered, DeviceNotFound
from allmytracks.storage.rules_trials import TrialUsed
from allmytracks.storage.schemas_devices import (
    DeviceAnswer,
    DeviceClaimForm,
    DevicesAnswer,
    DeviceTokenAnswer,
    RenameForm,
    TrialAnswer,
    TrialForm,
    device_answer,
    trial_answer,
)
from allmytracks.wiring import services

app = HttpFunction()
STATES = (AccountNotVerified, GuardianConsentRequired, AccountFrozen)


@app.route(
    "POST",
    "/v1/devices",
    body=DeviceClaimForm,
    answers={201: DeviceAnswer},
    refusals=(*STATES, InvalidFields, LimitReached, DeviceNotFound, DeviceClaimed),
)
@throttled(DEVICE_CLAIMS, lambda: services().foundation.throttle)
def claim_device(request: Request) -> Answer:
    """Claim a device with the code on its label; the same again changes nothing (S-1.devices)."""
    form = request.body(DeviceClaimForm)
    claimed = services().storage.keep_devices.claim(request.account_id, form.serial, form.claim_code, form.name)
    return Answer(201, device_answer(claimed))


@app.route("GET", "/v1/devices", answers={200: DevicesAnswer}, refusals=())
def list_devices(request: Request) -> Answer:
    """The caller's devices, and what covers each."""
    found = services().storage.keep_devices.all(request.account_id)
    return Answer(200, DevicesAnswer([device_answer(each) for each in found]))


@app.route(
    "PATCH",
    "/v1/devices/{id}",
    body=RenameForm,
    answers={200: DeviceAnswer},
    refusals=(*STATES, InvalidFields, DeviceNotFound),
)
def rename_device(request: Request) -> Answer:
    """Give a device another name."""
    name = request.body(RenameForm).name
    renamed = services().storage.keep_devices.rename(request.account_id, request.path_parameters["id"], name)
    return Answer(200, device_answer(renamed))


@app.route(
    "DELETE", "/v1/devices/{id}", answers={204: None}, refusals=(*STATES, DeviceNotFound, DeviceCovered, DeviceChanged)
)
def release_device(request: Request) -> Answer:
    """Release a device, so that any account can claim it; refused while it is covered (S-1.devices)."""
    services().storage.keep_devices.release(request.account_id, request.path_parameters["id"])
    return Answer(204)


@app.route("POST", "/v1/devices/{id}/token", answers={201: DeviceTokenAnswer}, refusals=(*STATES, DeviceNotFound))
def make_token(request: Request) -> Answer:
    """Make the device's own token, by which it sends recordings; it is shown once, and ends the one before."""
    token = services().storage.device_tokens.make(request.account_id, request.path_parameters["id"])
    return Answer(201, DeviceTokenAnswer(token))


@app.route("DELETE", "/v1/devices/{id}/token", answers={204: None}, refusals=(*STATES, DeviceNotFound))
def revoke_token(request: Request) -> Answer:
    """Revoke the device's token; from then on it sends nothing."""
    services().storage.device_tokens.revoke(request.account_id, request.path_parameters["id"])
    return Answer(204)


@app.route(
    "POST",
    "/v1/storage/trials",
    body=TrialForm,
    answers={201: TrialAnswer},
    refusals=(*STATES, AccountRestricted, InvalidFields, DeviceNotFound, DeviceCovered, DeviceChanged, TrialUsed),
)
def start_trial(request: Request) -> Answer:
    """Start the trial: once for each account and device, 14 days; the same again returns it (S-0.accept, S-7.1)."""
    form = request.body(TrialForm)
    trial = services().storage.start_trial(request.account_id, form.device_id, form.accepted(), request.source_ip)
    return Answer(201, trial_answer(trial))


handle = app
