"""A new version of an agreement is announced, and every member gets one notice of it (U-I.3)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from allmytracks import wiring
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.settings import Settings
from functions.every_minute_send_mailings.handler import handle as every_minute
from tests.factories.accounts import agreement_publication
from tests.factories.catalogue import NOW
from tests.factories.operators import Backend, Run
from tests.fakes.consents import MemoryConsentDecisions
from tests.fakes.foundation import MemoryMailer
from tests.fakes.wiring import put

pytestmark = pytest.mark.clause("U-I.3")
ADA = Operator("arn:ada", "192.0.2.7")
CHANGED = f"{NOW + timedelta(days=7):%Y-%m-%d}"


@pytest.fixture
def mailer(backend: Backend, member: None) -> MemoryMailer:
    made = MemoryMailer()
    services = wiring.services()
    services.foundation.settings = Settings({"PUBLIC_URL": "https://api.example", "SITE_URL": "https://site.example"})
    put(
        services,
        {
            "foundation.mailer": made,
            "accounts.consents": MemoryConsentDecisions(),
            "accounts.address_key": lambda: "a key",
            "publishing.fresh_publications": backend.publications,
        },
    )
    wiring.services().operations.publish(agreement_publication("user-agreement"), ADA)
    return made


def test_the_first_version_is_told_to_nobody(backend: Backend, mailer: MemoryMailer) -> None:
    every_minute({}, None)
    assert mailer.sent == []
    assert wiring.services().notices.announce.shown() == []


@pytest.mark.clause("M-0.precedence")
def test_a_new_version_is_announced_and_each_member_gets_one_notice(
    backend: Backend, mailer: MemoryMailer, run: Run, tmp_path: Path
) -> None:
    version = agreement_publication("user-agreement", CHANGED, NOW + timedelta(days=7))
    for _ in range(2):  # as after a crash
        wiring.services().operations.publish(version, ADA)
        every_minute({}, None)
    (announced,) = wiring.services().notices.announce.shown()
    (mail,) = mailer.sent
    (notice,) = backend.notices.inboxes["acc-1"].values()
    assert notice.kind == "agreement"
    for text in (announced.text, mail.text, notice.text):
        assert CHANGED in text
        assert "https://site.example/agreements/user-agreement" in text
    assert mail.unsubscribing_link is None  # it is no offer: every member gets it
    (listed,) = json.loads(run("mailings", "list", "--status", "done", "--json").stdout)
    assert (listed["kind"], listed["reached"]) == ("agreement", 1)


def test_another_agreement_s_version_is_not_a_change_of_this_one(mailer: MemoryMailer) -> None:
    later = agreement_publication("premium-agreement", CHANGED, NOW + timedelta(days=7))
    wiring.services().operations.publish(later, ADA)
    every_minute({}, None)
    assert mailer.sent == []
