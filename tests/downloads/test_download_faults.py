"""POST /v1/downloads while AWS fails: one grant, one count, one response, at any failure (M-A.quota)."""

from __future__ import annotations

import pytest

from allmytracks import wiring
from tests.factories.memberships import period
from tests.faults.injector import (
    EVERY_FAULT,
    Fault,
    Kind,
    Moment,
    Plan,
    no_faults,
)
from tests.faults.ledger import breaches
from tests.faults.site import DownloadSite
from tests.faults.verdicts import failing, key_for_another_track, under_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-A.quota")]
FAULTS_OF_READS = [Fault(kind, Moment.BEFORE) for kind in (Kind.THROTTLED, Kind.TIMED_OUT, Kind.KILLED)]
WRITES = {"TransactWriteItems", "PutItem", "UpdateItem"}


def outage(failing: str, fault: Fault) -> Plan:
    """A plan that fails every request of one operation."""
    return lambda _number, operation: fault if operation == failing else None


def calls_of_a_download(site: DownloadSite) -> list[str]:
    """What a first download of a new process sends to AWS."""
    account_id = site.new_member(period())
    site.start()
    site.injector.expect(no_faults)
    assert site.ask(account_id, "first")["status"] == 201
    return site.injector.sent


def second_faults(site: DownloadSite, first: Fault, number: int) -> list[str]:
    """Every later request of the run under one fault fails as well."""
    plan = {number: first}
    wrong, sent = under_faults(site, plan)
    for later, operation in enumerate(sent):
        if later > number:
            for second in faults_of(operation):
                wrong += under_faults(site, {**plan, later: second})[0]
    return wrong


def faults_of(operation: str) -> list[Fault]:
    """A read has no effect, so that before and after it are one; it conflicts with nothing."""
    return EVERY_FAULT if operation in WRITES else FAULTS_OF_READS


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_one_fault_at_each_call(site: DownloadSite, fault: Fault) -> None:
    calls = calls_of_a_download(site)
    assert "TransactWriteItems" in calls
    assert [wrong for number in range(len(calls)) for wrong in under_faults(site, {number: fault})[0]] == []


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_two_faults_at_each_pair_of_calls(site: DownloadSite, fault: Fault) -> None:
    calls = calls_of_a_download(site)
    numbers = [number for number, operation in enumerate(calls) if fault in faults_of(operation)]
    assert [wrong for number in numbers for wrong in second_faults(site, fault, number)] == []


@pytest.mark.parametrize("known", ["the count is known", "another process granted meanwhile"])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_one_fault_at_each_call_of_a_warm_process(site: DownloadSite, fault: Fault, known: str) -> None:
    for number in range(3):
        account_id = site.new_member(period())
        site.start()
        granted = [site.ask(account_id, "before")["download_id"]]
        if known != "the count is known":
            here = wiring.services()
            site.start()
            granted.append(site.ask(account_id, "elsewhere", track_id="trk-2")["download_id"])
            wiring.install(here)
        site.injector.expect(failing({number: fault}))
        answer = site.ask(account_id, "the key", track_id="trk-3")
        site.injector.expect(no_faults)
        again = site.ask(account_id, "the key", track_id="trk-3")
        books = site.ledger.books(account_id)
        assert breaches(books, [period()]) == []
        assert {each.download_id for each in books.records} == {*granted, answer["download_id"]}
        assert again["download_id"] == answer["download_id"]
        assert [each["allowance"]["used"] for each in (answer, again)] == [len(granted) + 1] * 2


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_an_outage_returns_503_and_leaves_nothing_behind(site: DownloadSite, fault: Fault) -> None:
    """A call fails as often as the function tries it; the client comes back when it works again."""
    for operation in sorted(set(calls_of_a_download(site))):
        account_id = site.new_member(period())
        site.start()
        site.injector.expect(outage(operation, fault))
        answer = site.invoke(account_id, "the key")
        assert (answer["status"] if answer else None) == (None if fault.kind is Kind.KILLED else 503)
        if operation == "TransactWriteItems":
            assert len(site.ledger.books(account_id).records) == (fault.moment is Moment.AFTER)
        assert breaches(site.ledger.books(account_id), [period()]) == []
        site.injector.expect(no_faults)
        assert site.ask(account_id, "the key")["status"] in (200, 201)
        assert list(site.ledger.books(account_id).counts.values()) == [1]


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_refusal_stays_one_under_faults_and_costs_nothing(site: DownloadSite, fault: Fault) -> None:
    held = period(limit=1)
    account_id = site.new_member(held)
    assert site.ask(account_id, "granted")["status"] == 201
    for number in range(2):
        site.injector.expect(failing({number: fault}))
        assert site.ask(account_id, f"refused {number}", track_id="trk-2")["code"] == "allowance_exhausted"
    site.injector.expect(no_faults)
    books = site.ledger.books(account_id)
    assert breaches(books, [held]) == []
    assert list(books.counts.values()) == [1]


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_key_is_not_taken_for_another_track_under_faults(site: DownloadSite, fault: Fault) -> None:
    assert [wrong for number in range(2) for wrong in key_for_another_track(site, {number: fault})] == []
