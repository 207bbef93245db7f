"""`allmytracks consents …`: what members agreed to, as operators see it."""

from __future__ import annotations

import json

import pytest

from allmytracks.accounts.rules import Acceptance
from allmytracks.accounts.rules_consents import ConsentDecision
from tests.factories.accounts import consent_publication
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, Backend, Run


@pytest.mark.clause("P-15.consent")
def test_each_consent_is_shown_as_it_is_in_force(backend: Backend, run: Run) -> None:
    backend.accounts.add(ACCOUNT, [Acceptance("user-agreement", "2026-11-01", NOW, "192.0.2.7")])
    for purpose in ("marketing_mail", "profiling", "search_history"):
        backend.publications.publish(consent_publication(purpose))
    for purpose, version in (("marketing_mail", "2026-11-01"), ("profiling", "2025-01-01")):
        decision = ConsentDecision(purpose, given=True, version=version, changed_at=NOW, source_ip="192.0.2.7")
        assert backend.consents.record(ACCOUNT.id, decision, after=None)
    done = run("consents", "show", ACCOUNT.id, "--json")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert [each["agreement"] for each in shown["acceptances"]] == ["user-agreement"]
    assert {each["id"]: (each["given"], each["changed_at"] is not None) for each in shown["consents"]} == {
        "marketing_mail": (True, True),
        "profiling": (False, True),  # to an earlier version of the purpose
        "search_history": (False, False),
    }
    assert backend.acts == [("account_looked_up", ACCOUNT.id)]
    assert run("consents", "show", "acc-unknown").exit_code == 3
