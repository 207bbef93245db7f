"""An operator's act whose event the bus refused is sent again: the member gets its notice, and one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.notices.use_cases.notify import News
from allmytracks.storage.rules_devices import device_id_of
from tests.factories.catalogue import NOW, later, track
from tests.factories.operators import ACCOUNT, Api, Backend, Licensed
from tests.factories.special_licenses import stated
from tests.factories.storage import CODE, registered
from tests.fakes.foundation import MemoryClientCounters, MemoryMailer
from tests.fakes.wiring import put

OF_ACCOUNT = "/accounts/{account_id}"
MEASURES, CLOSING = f"{OF_ACCOUNT}/measures", f"{OF_ACCOUNT}/closing"
UNTIL, LATER_STILL = rfc3339(later(6000)), rfc3339(later(9000))


@dataclass(frozen=True)
class Act:
    """What an operator sends, after what; `event` is what it publishes."""

    event: str
    path: str
    body: dict[str, Any]
    before: tuple[tuple[str, dict[str, Any]], ...] = ()
    has_notice: bool = True


def measure(kind: str, reason: str, until: str | None = None) -> dict[str, Any]:
    return {"measure": kind, "reason": reason, "until": until}


RESTRICTED = (MEASURES, measure("restrict", "fraud", UNTIL))
CORRECTION = (f"{OF_ACCOUNT}/corrections", {"fields": ["display_name"], "until": UNTIL})
TEXT = {"field": "display_name", "reason": "breach_of_rules"}
ACTS = {
    "restrict": Act("AccountRestricted", *RESTRICTED),
    "extend": Act("AccountRestricted", MEASURES, measure("extend", "fraud", LATER_STILL), (RESTRICTED,)),
    "lift": Act("RestrictionLifted", MEASURES, measure("lift", "cleared"), (RESTRICTED,)),
    "ban": Act("AccountBanned", MEASURES, measure("ban", "fraud")),
    "unban": Act("AccountUnbanned", MEASURES, measure("unban", "cleared"), ((MEASURES, measure("ban", "fraud")),)),
    "freeze": Act("AccountFrozen", MEASURES, measure("freeze", "fraud")),
    "unfreeze": Act(
        "AccountUnfrozen", MEASURES, measure("unfreeze", "cleared"), ((MEASURES, measure("freeze", "fraud")),)
    ),
    "suspend": Act("AccountSuspended", MEASURES, measure("suspend", "illegal_use")),
    "reinstate": Act(
        "AccountReinstated", MEASURES, measure("reinstate", "cleared"), ((MEASURES, measure("suspend", "illegal_use")),)
    ),
    "correction demanded": Act("CorrectionDemanded", *CORRECTION),
    "text demanded": Act("TextDemanded", f"{OF_ACCOUNT}/texts", {**TEXT, "until": UNTIL}),
    "text taken off": Act("TextTakenOff", f"{OF_ACCOUNT}/texts", TEXT),
    "guardian asked": Act("GuardianAsked", f"{OF_ACCOUNT}/guardian", {"guardian_email": "parent@example.org"}),
    "license revoked": Act("LicenseRevoked", "/licenses/{number}/revocation", {"reason": "impersonation"}),
    "licenses revoked": Act(
        "LicenseRevoked",
        f"{OF_ACCOUNT}/licenses/revocation",
        {"since": rfc3339(NOW - timedelta(days=1)), "reason": "impersonation"},
    ),
    "quote made": Act(
        "SpecialLicenseQuoted",
        f"{OF_ACCOUNT}/quotes",
        {"terms": stated(), "amount": 120000, "currency": "usd", "valid_until": "2026-12-06T00:00:00Z"},
    ),
    "damages recorded": Act(
        "DamagesRecorded",
        f"{OF_ACCOUNT}/damages",
        {"tracks": ["trk-1"], "amount": 200_000, "reason": "out_of_scope_use"},
    ),
    "closing refused": Act("ClosingRefused", f"{CLOSING}/decision", {"outcome": "refuse", "reason": "owner_in_doubt"}),
    "closing approved": Act("AccountClosing", f"{CLOSING}/decision", {"outcome": "approve"}, has_notice=False),
    "account closed": Act("AccountClosing", CLOSING, {"reason": "authority_order"}, has_notice=False),
    "account erased": Act("AccountClosing", f"{OF_ACCOUNT}/erasure", {"reason": "deceased"}, has_notice=False),
    "device released": Act("DeviceReleased", "/devices/{device_id}/release", {"reason": "sold"}),
}


@pytest.fixture
def known(backend: Backend, licensed: Licensed) -> dict[str, str]:
    """The ids in the paths: of an account that applied to close, its letter and its device."""
    [number] = licensed(1)
    backend.accounts.stored["acc-1"] = replace(ACCOUNT, created_at=NOW - timedelta(days=8))
    backend.closings.apply(Closing("acc-1", ClosingStatus.APPLIED, NOW))
    backend.tracks.stored["trk-1"] = track("trk-1")
    services = wiring.services()
    put(services, {"foundation.throttle": Throttle(MemoryClientCounters, backend.clock)})
    services.storage.devices.register(registered("CAM-1"))
    services.storage.keep_devices.claim("acc-1", "CAM-1", CODE)
    return {"account_id": "acc-1", "number": number, "device_id": device_id_of("CAM-1")}


def used(path: str, known: dict[str, str]) -> dict[str, str]:
    """The ids that a path names."""
    return {name: value for name, value in known.items() if f"{{{name}}}" in path}


def mails(backend: Backend) -> Sequence[str]:
    """The subjects of what is mailed of everything that was published, each event delivered twice."""
    services, mailer = wiring.services(), MemoryMailer()
    put(services, {"foundation.mailer": mailer})
    for event in [*backend.events.published, *backend.events.published]:
        news = convert(event.detail(), News)
        for notify in (services.notices.notify, services.storage.notify_of_device):
            notify(event.name, news)
    return [each.subject for each in mailer.sent]


@pytest.mark.clause("U-VIII")
@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_sent_again_has_its_one_notice(
    backend: Backend, api: Api, known: dict[str, str], name: str
) -> None:
    act = ACTS[name]
    for path, body in act.before:
        assert api("POST", path, body, **used(path, known))[0] == 200
    backend.events.published.clear()
    backend.clock.advance(minutes=1)
    backend.events.down = True
    for _ in range(2):
        assert api("POST", act.path, act.body, **used(act.path, known))[0] == 503
        backend.clock.advance(minutes=1)
    backend.events.down = False
    status, answered = api("POST", act.path, act.body, **used(act.path, known))
    assert status < 300, answered
    assert [event.name for event in backend.events.published] == [act.event]
    assert len(mails(backend)) == int(act.has_notice)
